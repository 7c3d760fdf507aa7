/** Checks of a configuration that is valid: what in it can hardly be meant. */
@NullMarked
package app.rcommerce.gateway.check;

import org.jspecify.annotations.NullMarked;
