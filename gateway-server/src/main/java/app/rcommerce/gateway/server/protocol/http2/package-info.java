/**
 * Connections of HTTP/2 clients (RFC 9113): Netty's frame codec and flow controllers, with a table of streams, a writer
 * of frames, clocks and bounds of our own.
 */
@NullMarked
package app.rcommerce.gateway.server.protocol.http2;

import org.jspecify.annotations.NullMarked;
