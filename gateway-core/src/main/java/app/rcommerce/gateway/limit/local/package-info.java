/** What one node may admit while the store that counts for all nodes is silent. */
@NullMarked
package app.rcommerce.gateway.limit.local;

import org.jspecify.annotations.NullMarked;
