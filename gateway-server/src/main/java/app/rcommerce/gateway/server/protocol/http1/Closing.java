package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.memory.Reading;
import app.rcommerce.gateway.server.protocol.http1.Timeouts.For;
import app.rcommerce.gateway.server.transport.TlsSession;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.function.BooleanSupplier;

/**
 * The gentle close of a client's connection, by which the client can still read what was sent (RFC 9112 §9.6). Confined
 * to the connection's event loop.
 */
final class Closing {

    private final Channel channel;
    private final MessageWriter writer;
    private final Timeouts timeouts;
    private boolean begun;

    Closing(Channel channel, MessageWriter writer, Timeouts timeouts) {
        this.channel = channel;
        this.writer = writer;
        this.timeouts = timeouts;
    }

    /** Whether closing has begun; nothing that arrives after that is served. */
    boolean isBegun() {
        return begun;
    }

    /** Closes once the client has taken everything, or after a time-out. */
    void onceTaken() {
        begin();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes the sending side, and drops for a while what still arrives. */
    void linger(BooleanSupplier inputEnded) {
        begin();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive() && !inputEnded.getAsBoolean()) {
                TlsSession.endOutput(duplex);
                Reading.set(channel, true);
                timeouts.waitFor(For.CLIENT_CLOSES);
            } else {
                channel.close();
            }
        });
    }

    /** Closes at once, without the end of a TLS session, so that what was sent so far looks cut off. */
    static void abruptly(Channel channel) {
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.close();
        } else {
            // Passes the handler by, which would end the session first.
            tls.close();
        }
    }

    private void begin() {
        begun = true;
        timeouts.waitFor(For.CLIENT_READS);
        writer.settle();
    }
}
