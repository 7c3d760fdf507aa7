/** Bounds on memory, on the heap and outside of it, and how connections read while there is none. */
@NullMarked
package app.rcommerce.gateway.server.memory;

import org.jspecify.annotations.NullMarked;
