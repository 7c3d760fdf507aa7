/** Bounds on requests in flight: the slots that a node holds in a shared ledger. */
@NullMarked
package app.rcommerce.gateway.limit.slot;

import org.jspecify.annotations.NullMarked;
