/** Rate limits: rates, meters and the sliding-window arithmetic. */
@NullMarked
package app.rcommerce.gateway.limit;

import org.jspecify.annotations.NullMarked;
