package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.memory.Reading;
import app.rcommerce.gateway.server.protocol.http2.frame.Codec;
import app.rcommerce.gateway.server.transport.TlsSession;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one connection (RFC 9113 §5.4.1, §6.8): at once where the protocol was broken, after the last stream where
 * the gateway stops, and in both cases so that the client can read what was sent last. Confined to its event loop.
 */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    /** How long requests that are on their way may still come once the gateway is stopping. */
    private static final long QUIET_MILLIS = 500;

    private static final long PROBE_MILLIS = 100;

    private final Http2Connection connection;
    private final Channel channel;
    private final Codec codec;
    private final Http2Clock clock;
    private boolean draining;
    private boolean onceIdle;
    private boolean begun;

    Closing(Http2Connection connection, Channel channel, Codec codec, Http2Clock clock) {
        this.connection = connection;
        this.channel = channel;
        this.codec = codec;
        this.clock = clock;
    }

    /** Whether closing has begun; nothing that arrives after that is served. */
    boolean isBegun() {
        return begun;
    }

    /** Called when the channel has been closed. */
    void closed() {
        begun = true;
    }

    /** Closes the connection once it has no stream. */
    void onceIdle() {
        onceIdle = true;
    }

    /** Called when the last stream has ended. */
    void idle() {
        if (onceIdle && !begun) {
            // Not in the middle of what ends the stream.
            channel.eventLoop().execute(this::endIfIdle);
        }
    }

    private void endIfIdle() {
        if (connection.streams() == 0 && channel.isActive()) {
            end(Http2Error.NO_ERROR, "", Http2Event.CLOSED_DRAINED);
        }
    }

    /** Ends the connection: says why, ends all streams, and closes once the client has read it. */
    void end(Http2Error code, String why, Http2Event event) {
        if (begun) {
            return;
        }
        begun = true;
        connection.tell(event);
        if (event == Http2Event.CLOSED_MISBEHAVIOUR) {
            connection.tellBans();
            // What a flood still brings is not even read.
            Reading.set(channel, false);
        }
        if (!connection.hasBegun()) {
            channel.close();
            return;
        }
        // First of all: whatever fails below, the connection is closed in the end.
        clock.linger();
        goAway(codec.connection().remote().lastStreamCreated(), code, why);
        // This may be in the middle of a flush.
        codec.writer().settle(connection.context());
        connection.forEachLeg(Http2Leg::closed);
        endOutput(connection.context());
    }

    private void endOutput(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                TlsSession.endOutput(duplex);
            } else {
                channel.close();
            }
        });
    }

    private void goAway(int lastStream, Http2Error code, String why) {
        try {
            codec.connection().goAwaySent(lastStream, code.code(), Unpooled.EMPTY_BUFFER);
        } catch (Http2Exception e) {
            LOG.debug("a GOAWAY behind another one", e);
        }
        codec.writer()
                .writeGoAway(
                        connection.context(),
                        lastStream,
                        code.code(),
                        Unpooled.copiedBuffer(why, StandardCharsets.US_ASCII),
                        connection.settled());
    }

    /**
     * Ends the connection after the requests under way: first it says so, without leaving out a stream, then it takes
     * no further ones (RFC 9113 §6.8).
     */
    void drain() {
        if (draining || begun || !connection.hasBegun()) {
            return;
        }
        draining = true;
        goAway(Integer.MAX_VALUE, Http2Error.NO_ERROR, "");
        channel.eventLoop().schedule(this::endWhenIdle, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endWhenIdle() {
        if (begun || !channel.isActive()) {
            return;
        }
        onceIdle = true;
        if (connection.streams() == 0) {
            endIfIdle();
        } else {
            goAway(codec.connection().remote().lastStreamCreated(), Http2Error.NO_ERROR, "");
        }
    }

    /**
     * Called when the client has ended its sending side. It may still wait for answers; a client that has closed its
     * socket entirely looks the same until something is sent to it, which it answers with a reset.
     */
    void inputEnded() {
        if (begun || !connection.hasBegun() || connection.streams() == 0) {
            channel.close();
            return;
        }
        onceIdle = true;
        connection.forEachLeg(Http2Leg::inputEnded);
        probe();
        channel.eventLoop().schedule(this::probe, PROBE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void probe() {
        if (channel.isActive() && !begun) {
            codec.writer().writePing(connection.context(), false, 0, connection.settled());
        }
    }
}
