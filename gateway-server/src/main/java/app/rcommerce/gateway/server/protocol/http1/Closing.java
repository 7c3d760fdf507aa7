package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.protocol.http1.Timeouts.For;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import java.util.function.BooleanSupplier;

/**
 * The end of a client's connection that does not destroy what the client has yet to read (RFC 9112 §9.6). Confined to
 * the connection's event loop.
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

    /** Whether the end has begun: nothing that arrives is served any more. */
    boolean isBegun() {
        return begun;
    }

    /** Closes once the client has taken everything; it does not get for ever. */
    void onceTaken() {
        begin();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends our side, and drops for a while what still arrives. */
    void linger(BooleanSupplier inputEnded) {
        begin();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive() && !inputEnded.getAsBoolean()) {
                duplex.shutdownOutput();
                channel.config().setAutoRead(true);
                timeouts.waitFor(For.CLIENT_CLOSES);
            } else {
                channel.close();
            }
        });
    }

    private void begin() {
        begun = true;
        timeouts.waitFor(For.CLIENT_READS);
        writer.settle();
    }
}
