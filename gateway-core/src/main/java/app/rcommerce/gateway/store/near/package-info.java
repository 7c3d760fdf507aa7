/** Copies of what a store has answered, kept on the node that asked. */
@NullMarked
package app.rcommerce.gateway.store.near;

import org.jspecify.annotations.NullMarked;
