/** The store of shared state behind one interface, and the number of nodes that share it. */
@NullMarked
package app.rcommerce.gateway.server.backend;

import org.jspecify.annotations.NullMarked;
