/** The interfaces of the shared stores. */
@NullMarked
package app.rcommerce.gateway.store;

import org.jspecify.annotations.NullMarked;
