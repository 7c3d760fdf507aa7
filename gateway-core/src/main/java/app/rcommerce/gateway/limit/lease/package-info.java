/** Leases of permits, and the limit stores that stand in front of the shared one. */
@NullMarked
package app.rcommerce.gateway.limit.lease;

import org.jspecify.annotations.NullMarked;
