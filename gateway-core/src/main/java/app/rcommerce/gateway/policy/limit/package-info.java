/** How much a caller may ask for: the limits of a route as one call meets them. */
@NullMarked
package app.rcommerce.gateway.policy.limit;

import org.jspecify.annotations.NullMarked;
