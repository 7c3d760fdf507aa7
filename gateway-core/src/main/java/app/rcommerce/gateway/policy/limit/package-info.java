/** Limit policies: the limits of a route as they are applied to a call. */
@NullMarked
package app.rcommerce.gateway.policy.limit;

import org.jspecify.annotations.NullMarked;
