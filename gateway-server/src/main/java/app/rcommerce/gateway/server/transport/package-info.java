/** The event loops, the kinds of channels on them, and the buffers and time-outs that all connections use. */
@NullMarked
package app.rcommerce.gateway.server.transport;

import org.jspecify.annotations.NullMarked;
