package app.rcommerce.gateway.server.protocol.websocket;

import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.exchange.Successor;
import app.rcommerce.gateway.server.exchange.websocket.Ending;
import app.rcommerce.gateway.server.exchange.websocket.OpenSocket;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Rounds;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A relayed WebSocket: two connections whose frames pass from one to the other as fast as each takes them. It ends with
 * the closing handshake of the two sides, or with one of its own: after a fault, at a bound, where the caller may not
 * stay, or where the gateway stops. No timer is its own; it is visited about once a second. Confined to its event loop.
 */
public final class WebSocketTunnel extends Rounds.Member implements Successor {

    /** How long a close frame may wait for its answer, and the connection for its end. */
    private static final long CLOSE_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long SHAKEN_NANOS = Duration.ofMillis(200).toNanos();
    /** How long a frame that is half relayed may take to end before the client is cut off in the middle of it. */
    private static final long FRAME_NANOS = Duration.ofSeconds(1).toNanos();
    /** The time over which the sockets of a route that is gone are closed, so that not all come back at once. */
    private static final long RELOAD_NANOS = Duration.ofSeconds(2).toNanos();

    private final Owner owner;
    private final Rounds rounds;
    private final OpenSocket socket;
    private final TunnelSide client;
    private final TunnelSide upstream;
    /** The content of our pings, by which the pongs to them are known. */
    private final long pingContent = ThreadLocalRandom.current().nextLong();

    private long dataNanos = System.nanoTime();
    private long heardNanos = dataNanos;
    private long pingedNanos;
    private boolean pinged;
    /** The close code, once it is known that the socket ends; else 0. */
    private int code;

    private String reason = "";
    /** Whether our close frame still has to be sent, once what the client has of the upstream ends with a frame. */
    private boolean waitsForBoundary;
    /** When the connections are closed, whatever is still to come; 0 while the socket is open. */
    private long deadlineNanos;

    private boolean shaken;
    private boolean over;

    /** A tunnel from the client's channel; the upstream's becomes part of it by {@link #upstreamHandler}. */
    public WebSocketTunnel(Owner owner, Channel channel, Outbox outbox, OpenSocket socket) {
        this.owner = owner;
        this.rounds = outbox.rounds();
        this.socket = socket;
        this.client = new TunnelSide(this, true);
        this.upstream = new TunnelSide(this, false);
        client.of(channel);
    }

    /** The handler that the upstream's channel is given. */
    public ChannelHandler upstreamHandler() {
        return upstream;
    }

    @Override
    public ChannelHandler handler() {
        return client;
    }

    /** Begins to watch over the socket, once both channels are part of it. */
    @Override
    public void begin() {
        rounds.add(this);
        if (!client.channel().isActive()
                || (client.channel() instanceof DuplexChannel duplex && duplex.isInputShutdown())) {
            gone(client);
        } else if (!upstream.channel().isActive()) {
            gone(upstream);
        }
    }

    OpenSocket socket() {
        return socket;
    }

    /** The other side of this one. */
    TunnelSide opposite(TunnelSide side) {
        return side == client ? upstream : client;
    }

    /** Whether the content of a pong says that it answers one of our pings. */
    boolean isOurs(byte[] content) {
        return content.length == Long.BYTES && ControlFrames.content(content) == pingContent;
    }

    /** Called when a read of one side is complete. */
    void read(TunnelSide side) {
        if (waitsForBoundary && upstream.isAtBoundary()) {
            sayGoodbye();
        }
        if (side == client && client.isDropping() && client.isClosed() && !shaken) {
            // The client has answered our close frame.
            shaken();
        }
    }

    /** Called when frames of one side can be relayed no further. */
    void faulty(TunnelSide side, Fault fault) {
        if (side == client) {
            end(fault.code(), fault.text());
        } else if (fault.code() == CloseCodes.PROTOCOL_ERROR) {
            end(CloseCodes.BAD_GATEWAY, "the service broke the protocol");
        } else {
            end(fault.code(), fault.text());
        }
    }

    /** Called when a close frame of one side has been passed on to the other. */
    void closed(TunnelSide side, int said) {
        if (code == 0) {
            code = said;
            reason = side == client ? "client" : "upstream";
            deadlineNanos = deadline(CLOSE_NANOS);
        }
        if (client.isClosed() && upstream.isClosed()) {
            shaken();
        }
    }

    /**
     * Ends the socket after its closing handshake. The client has a moment to close first: some lose the close code
     * when the end of the connection is right behind it, such as the JDK's.
     */
    private void shaken() {
        shaken = true;
        upstream.closeOnceTaken();
        deadlineNanos = deadline(SHAKEN_NANOS);
    }

    /** Called when one side's connection, or its sending half, has ended. */
    void gone(TunnelSide side) {
        if (side == client) {
            if (code == 0) {
                code = CloseCodes.ABNORMAL;
                reason = "the client left";
                upstream.sendClose(CloseCodes.GOING_AWAY, "");
            }
            closeBoth();
        } else if (upstream.isClosed()) {
            // All that the upstream had to say has been passed on; the client may still answer.
            deadlineNanos = deadlineNanos == 0 ? deadline(CLOSE_NANOS) : deadlineNanos;
        } else if (code == 0 && upstream.isAtBoundary()) {
            end(CloseCodes.BAD_GATEWAY, "the service left");
        } else if (!upstream.isAtBoundary()) {
            // What the client has ends within a frame: nothing can be put behind it.
            code = code == 0 ? CloseCodes.ABNORMAL : code;
            reason = reason.isEmpty() ? "the service left within a frame" : reason;
            closeBoth();
        } else if (client.isClosed()) {
            closeBoth();
        }
    }

    /** Called when the client's connection has ended. */
    void finished() {
        if (over) {
            return;
        }
        over = true;
        rounds.remove(this);
        upstream.closeOnceTaken();
        socket.ended(code == 0 ? CloseCodes.ABNORMAL : code, reason, client.bytes(), upstream.bytes());
        owner.closed(this);
    }

    /**
     * Ends the socket with a closing handshake of our own. What is on its way from the client is dropped; a frame that
     * is half relayed to it may still end.
     */
    private void end(int with, String why) {
        if (code != 0) {
            return;
        }
        code = with;
        reason = why;
        client.drop();
        client.setReading(true);
        if (upstream.isAtBoundary()) {
            sayGoodbye();
        } else {
            waitsForBoundary = true;
            deadlineNanos = deadline(FRAME_NANOS);
        }
    }

    private void sayGoodbye() {
        waitsForBoundary = false;
        upstream.drop();
        upstream.sendClose(code, "");
        upstream.closeOnceTaken();
        // Until it has been given to the socket the bound on clients that take nothing holds.
        deadlineNanos =
                deadline(TimeUnit.NANOSECONDS.convert(owner.snapshot().server().bodyTimeout()));
        client.sendClose(code, reason).addListener(sent -> {
            if (!shaken) {
                deadlineNanos = deadline(CLOSE_NANOS);
            }
        });
    }

    private static long deadline(long nanos) {
        long at = System.nanoTime() + nanos;
        return at == 0 ? 1 : at;
    }

    private void closeBoth() {
        upstream.closeOnceTaken();
        client.closeOnceTaken();
        deadlineNanos = deadlineNanos == 0 ? deadline(CLOSE_NANOS) : deadlineNanos;
    }

    @Override
    protected void visit(long now) {
        long stuckNanos = owner.snapshot().server().bodyTimeout().toNanos();
        if ((deadlineNanos != 0 && now - deadlineNanos >= 0) || client.isStuck(now, stuckNanos)) {
            abort();
            return;
        }
        if (code != 0) {
            return;
        }
        if (client.takeHeard()) {
            heardNanos = now;
            pinged = false;
        }
        boolean fromClient = client.takeData();
        if (upstream.takeData() || fromClient) {
            dataNanos = now;
        }
        if (now - dataNanos >= socket.rule().idleTimeout().toNanos()) {
            end(CloseCodes.IDLE, "no message for too long");
        } else if (upstream.isStuck(now, stuckNanos)) {
            end(CloseCodes.BAD_GATEWAY, "the service takes nothing");
        } else {
            ping(now);
            check();
        }
    }

    /** Asks a silent client whether it is there, and cuts off one that has not answered in the same time again. */
    private void ping(long now) {
        long every = socket.rule().ping().toNanos();
        if (!client.isReading() || !client.channel().isWritable()) {
            // It cannot be heard, or has not taken what came before.
            heardNanos = now;
            pinged = false;
        } else if (pinged && now - pingedNanos >= every) {
            code = CloseCodes.ABNORMAL;
            reason = "the client did not answer a ping";
            upstream.sendClose(CloseCodes.GOING_AWAY, "");
            abort();
        } else if (!pinged && now - heardNanos >= every && upstream.isAtBoundary()) {
            pinged = true;
            pingedNanos = now;
            client.sendPing(pingContent);
        }
    }

    /** Asks whether the route is still there, and whether the caller may stay. */
    private void check() {
        if (code != 0) {
            return;
        }
        Snapshot now = owner.snapshot();
        if (socket.tenure().isReconfigured(now)) {
            long nanos = ThreadLocalRandom.current().nextLong(RELOAD_NANOS);
            loop().schedule(() -> end(CloseCodes.RESTART, "reconfigured"), nanos, TimeUnit.NANOSECONDS);
        }
        socket.tenure().ask(now, loop(), this::end);
    }

    private void end(Ending why) {
        end(CloseCodes.of(why), why.text());
    }

    @Override
    public EventLoop loop() {
        return client.channel().eventLoop();
    }

    /** Ends the socket at some time within the grace, so that not all clients turn to the other nodes at once. */
    @Override
    public void drain() {
        long most = owner.snapshot().server().shutdownGrace().toNanos() * 3 / 4;
        long nanos = most <= 0 ? 0 : ThreadLocalRandom.current().nextLong(most);
        loop().schedule(() -> end(CloseCodes.GOING_AWAY, "the gateway stops"), nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean closeIfSilent(long nanos, Silence what) {
        long now = System.nanoTime();
        boolean silent = what == Silence.TAKES_NOTHING && (client.isStuck(now, nanos) || upstream.isStuck(now, nanos));
        if (silent) {
            reason = reason.isEmpty() ? "memory is scarce" : reason;
            abort();
        }
        return silent;
    }

    @Override
    public void abort() {
        upstream.close();
        client.close();
    }
}
