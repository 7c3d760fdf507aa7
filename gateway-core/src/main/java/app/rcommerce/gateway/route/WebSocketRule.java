package app.rcommerce.gateway.route;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the WebSockets of a route are relayed, and their bounds. Immutable.
 *
 * @param maxPerAddress the sockets of one address (IPv6: /64) at once, over all nodes; 0 for no bound
 * @param maxPerIdentity the sockets of one identity at once, over all nodes; 0 for no bound
 * @param maxInAll the sockets of the route at once, on this node
 * @param messages how many messages a client may send on one socket; null for no bound
 * @param maxMessage the largest message in bytes, as they are sent, in either direction
 * @param idleTimeout how long no message need pass before the socket is closed
 * @param ping how long a client may be silent before it is asked whether it is there
 * @param origins the origins whose pages may open sockets (RFC 6454 §6.1); empty for all
 */
public record WebSocketRule(
        int maxPerAddress,
        int maxPerIdentity,
        int maxInAll,
        @Nullable MessageRate messages,
        long maxMessage,
        Duration idleTimeout,
        Duration ping,
        List<String> origins) {

    /**
     * A number of messages in a time.
     *
     * @param text the rate as it is configured: {@code 100/minute}
     * @param most at least 1
     * @param window the time in which they may be sent
     */
    public record MessageRate(String text, long most, Duration window) {}

    /** What holds where a route says no more than {@code websocket = {}}. */
    public static final WebSocketRule DEFAULT =
            new WebSocketRule(0, 0, 10_000, null, 1L << 20, Duration.ofHours(1), Duration.ofSeconds(30), List.of());

    public WebSocketRule {
        origins = List.copyOf(origins);
    }
}
