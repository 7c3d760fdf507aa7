/** The version of the program. */
@NullMarked
package app.rcommerce.gateway.server.about;

import org.jspecify.annotations.NullMarked;
