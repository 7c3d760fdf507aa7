/** Short messages between the nodes that share a store. */
@NullMarked
package app.rcommerce.gateway.store.node;

import org.jspecify.annotations.NullMarked;
