/** Local limiters: what one node may admit while the store that counts for all nodes does not answer. */
@NullMarked
package app.rcommerce.gateway.limit.local;

import org.jspecify.annotations.NullMarked;
