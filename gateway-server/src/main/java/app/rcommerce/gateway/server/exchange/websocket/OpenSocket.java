package app.rcommerce.gateway.server.exchange.websocket;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.WebSocketHandshake;
import app.rcommerce.gateway.policy.access.OpenSocketCheck;
import app.rcommerce.gateway.route.WebSocketRule;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.sockets.RecordedSocket;
import app.rcommerce.gateway.store.Slot;
import java.util.List;

/**
 * A WebSocket as its exchange leaves it once both sides have switched: what bounds it, what is told of it, and whether
 * its caller may keep it open. It ends exactly once. Confined to the event loop of its client.
 */
public final class OpenSocket {

    private final WebSocketRule rule;
    private final int reservedBits;
    private final Tenure tenure;
    private final Slot places;
    private final Traffic traffic;
    private final Finished handshake;
    private final RecordedSocket record;
    private final SocketMeter meter;
    private final long startNanos = System.nanoTime();
    private boolean over;

    /**
     * A socket that has just been opened.
     *
     * @param answered the fields of the answer that has opened it, with its extensions
     * @param places what it holds among the sockets and requests in flight
     * @param record what is told of it to others; it ends with the socket
     * @param handshake the exchange that has opened it
     */
    public OpenSocket(
            WebSocketRule rule,
            Headers answered,
            OpenSocketCheck.Standing standing,
            Slot places,
            Traffic traffic,
            RecordedSocket record,
            Finished handshake) {
        this.rule = rule;
        this.reservedBits = WebSocketHandshake.reservedBits(WebSocketHandshake.extensions(answered));
        this.tenure = new Tenure(standing, record);
        this.places = places;
        this.traffic = traffic;
        this.record = record;
        this.handshake = handshake;
        this.meter = SocketMeter.orNone(traffic.sockets(handshake.route()));
        meter.handshake(SocketMeter.Outcome.OPENED);
        meter.opened();
    }

    /** How the route relays. */
    public WebSocketRule rule() {
        return rule;
    }

    /** The reserved bits of frames that extensions use. */
    public int reservedBits() {
        return reservedBits;
    }

    /** Tells what has passed. */
    public void passed(boolean fromClient, int messages, long bytes) {
        meter.passed(fromClient, messages, bytes);
        record.passed(fromClient, messages, bytes);
    }

    /** The topics that it has asked for, as its record has them: at first those of the record that it continues. */
    public List<String> subscriptions() {
        return record.subscriptions();
    }

    /** Records the topics that it asks for from now on. */
    public void subscribed(List<String> topics) {
        record.subscribed(topics);
    }

    /** Whether the caller may keep it open. */
    public Tenure tenure() {
        return tenure;
    }

    /**
     * Records the end of the socket, and gives up what it has held; only the first call has an effect.
     *
     * @param code the close code
     * @param reason a few words on it; may be empty
     */
    public void ended(int code, String reason, long bytesIn, long bytesOut) {
        if (over) {
            return;
        }
        over = true;
        tenure.end();
        places.leave();
        record.ended(comesBack(code, reason));
        meter.closed(code);
        traffic.finished(finished(new Finished.Socket(code, reason, handshake.durationNanos()), bytesIn, bytesOut));
    }

    /** Whether a client is expected back: its connection was lost, or the gateway has sent it elsewhere. */
    private static boolean comesBack(int code, String reason) {
        return switch (code) {
            case 1006 -> true;
            case 1001, 1012, 1013, 1014 -> !reason.equals("client") && !reason.equals("upstream");
            default -> false;
        };
    }

    /** The exchange with the end of the socket that it has opened, and what has passed on it. */
    private Finished finished(Finished.Socket end, long bytesIn, long bytesOut) {
        Finished.Protocol http = handshake.protocol();
        return new Finished(
                handshake.startMillis(),
                handshake.durationNanos() + System.nanoTime() - startNanos,
                handshake.upstream(),
                handshake.requestId(),
                handshake.clientAddress(),
                new Finished.Protocol("websocket", http.tlsVersion(), http.tlsCipher()),
                handshake.method(),
                handshake.host(),
                handshake.path(),
                handshake.route(),
                handshake.status(),
                handshake.code(),
                handshake.caller(),
                handshake.cache(),
                handshake.notStored(),
                handshake.failure(),
                handshake.reason(),
                bytesIn,
                bytesOut,
                end);
    }
}
