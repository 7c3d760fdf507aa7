/** Topics by WebSocket. */
@NullMarked
package app.rcommerce.gateway.server.events.socket;

import org.jspecify.annotations.NullMarked;
