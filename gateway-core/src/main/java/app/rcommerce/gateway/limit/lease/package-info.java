/** Leases of permits of a shared limit store, and refusals that are remembered. */
@NullMarked
package app.rcommerce.gateway.limit.lease;

import org.jspecify.annotations.NullMarked;
