/** Which route a request belongs to. */
@NullMarked
package app.rcommerce.gateway.route;

import org.jspecify.annotations.NullMarked;
