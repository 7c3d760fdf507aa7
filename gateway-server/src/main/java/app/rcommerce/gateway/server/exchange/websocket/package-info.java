/** WebSockets as their exchanges leave them: bounds, standing of the caller, and what is told of them. */
@NullMarked
package app.rcommerce.gateway.server.exchange.websocket;

import org.jspecify.annotations.NullMarked;
