/** WebSockets behind their handshake (RFC 6455): the frames as they pass, and the tunnel between two connections. */
@NullMarked
package app.rcommerce.gateway.server.protocol.websocket;

import org.jspecify.annotations.NullMarked;
