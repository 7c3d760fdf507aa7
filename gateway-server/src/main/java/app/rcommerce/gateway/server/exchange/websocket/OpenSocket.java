package app.rcommerce.gateway.server.exchange.websocket;

import app.rcommerce.gateway.policy.access.OpenSocketCheck;
import app.rcommerce.gateway.policy.access.OpenSocketCheck.Lost;
import app.rcommerce.gateway.route.WebSocketRule;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.sockets.RecordedSocket;
import app.rcommerce.gateway.store.Slot;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as its exchange leaves it once both sides have switched: what bounds it, what is told of it, and whether
 * its caller may keep it open. It ends exactly once. Confined to the event loop of its client.
 */
public final class OpenSocket {

    private final WebSocketRule rule;
    private final int reservedBits;
    private final OpenSocketCheck.Standing standing;
    private final Slot places;
    private final Traffic traffic;
    private final Finished handshake;
    private final RecordedSocket record;
    private final SocketMeter meter;
    private final long startNanos = System.nanoTime();
    private @Nullable OpenSocketCheck checked;
    private boolean asking;
    private boolean over;

    /**
     * A socket that has just been opened.
     *
     * @param reservedBits the reserved bits of frames that its extensions use
     * @param places what it holds among the sockets and requests in flight
     * @param record what is told of it to others; it ends with the socket
     * @param handshake the exchange that has opened it
     */
    public OpenSocket(
            WebSocketRule rule,
            int reservedBits,
            OpenSocketCheck.Standing standing,
            Slot places,
            Traffic traffic,
            RecordedSocket record,
            Finished handshake) {
        this.rule = rule;
        this.reservedBits = reservedBits;
        this.standing = standing;
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

    /** What is told of it to others: its id, and the topics that it has asked for. */
    public RecordedSocket record() {
        return record;
    }

    /** Tells what has passed. */
    public void passed(boolean fromClient, int messages, long bytes) {
        meter.passed(fromClient, messages, bytes);
        record.passed(fromClient, messages, bytes);
    }

    /**
     * Whether another configuration is in force than when this was asked last, and has not the socket's route as it was
     * when the socket was opened.
     */
    public boolean isReconfigured(Snapshot now) {
        if (now.sockets() == checked) {
            return false;
        }
        checked = now.sockets();
        return !checked.hasRoute(standing);
    }

    /** Asks whether the caller may keep the socket open; tells, on the loop, only where it may not. */
    public void ask(Snapshot now, EventLoop loop, Consumer<Ending> ending) {
        if (record.isClosing() && !over) {
            ending.accept(Ending.OPERATOR);
            return;
        }
        if (asking || over) {
            return;
        }
        CompletableFuture<Lost> answer = now.sockets().lost(standing).toCompletableFuture();
        if (answer.state() == Future.State.SUCCESS) {
            tell(answer.resultNow(), ending);
            return;
        }
        asking = true;
        answer.whenComplete((lost, failure) -> loop.execute(() -> {
            asking = false;
            if (failure == null && !over) {
                tell(lost, ending);
            }
        }));
    }

    private static void tell(Lost lost, Consumer<Ending> ending) {
        switch (lost) {
            case NOTHING -> {
                // It stays open.
            }
            case EXPIRED -> ending.accept(Ending.EXPIRED);
            case REVOKED -> ending.accept(Ending.REVOKED);
            case BLOCKED -> ending.accept(Ending.BLOCKED);
        }
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
