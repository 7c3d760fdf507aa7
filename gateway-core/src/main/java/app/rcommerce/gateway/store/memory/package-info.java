/** The stores of a single node, in its memory. */
@NullMarked
package app.rcommerce.gateway.store.memory;

import org.jspecify.annotations.NullMarked;
