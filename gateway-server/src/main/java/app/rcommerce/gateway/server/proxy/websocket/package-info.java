/** WebSocket handshakes that are forwarded. */
@NullMarked
package app.rcommerce.gateway.server.proxy.websocket;

import org.jspecify.annotations.NullMarked;
