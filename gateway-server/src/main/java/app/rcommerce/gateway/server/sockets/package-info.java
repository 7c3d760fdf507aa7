/** The WebSockets that are open on this node, and their records in the shared store. */
@NullMarked
package app.rcommerce.gateway.server.sockets;

import org.jspecify.annotations.NullMarked;
