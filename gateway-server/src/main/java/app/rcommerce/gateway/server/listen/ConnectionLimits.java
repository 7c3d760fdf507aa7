package app.rcommerce.gateway.server.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections of clients, and stops accepting while there are as many as may be, or while the system gives no
 * more: who comes then waits in the kernel's queue. Sits on the listening channels; safe for any thread.
 */
@ChannelHandler.Sharable
final class ConnectionLimits extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);
    private static final long PAUSE_MILLIS = 1000;

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final List<Channel> listening = new CopyOnWriteArrayList<>();

    /** Accepts while there are fewer than so many connections. */
    ConnectionLimits(int most) {
        this.most = most;
    }

    void listening(Channel channel) {
        listening.add(channel);
    }

    int most() {
        return most;
    }

    /** Whether nobody is accepted at the moment. */
    boolean isPaused() {
        return open.get() >= most;
    }

    /** A client is connected; false where it is one too many, accepted in the same go as others. */
    boolean opened() {
        int now = open.incrementAndGet();
        if (now > most) {
            open.decrementAndGet();
            return false;
        }
        if (now == most) {
            LOG.warn(
                    "{} clients are connected: nobody is accepted until one leaves (expected: fewer, or a larger server.max_connections)",
                    most);
            setAccepting(false);
        }
        return true;
    }

    /** A client has left. */
    void closed() {
        if (open.getAndDecrement() == most) {
            setAccepting(true);
        }
    }

    private void setAccepting(boolean wanted) {
        for (Channel channel : listening) {
            if (channel.eventLoop().inEventLoop()) {
                channel.config().setAutoRead(wanted);
            } else {
                // By the count of then: the last word is the true one.
                channel.eventLoop().execute(() -> channel.config().setAutoRead(!isPaused()));
            }
        }
    }

    /** Nobody could be accepted: for want of descriptors, as a rule. Trying again at once would only fail again. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.warn("no client can be accepted for the moment: {}", cause.getMessage());
        Channel channel = ctx.channel();
        channel.config().setAutoRead(false);
        channel.eventLoop()
                .schedule(() -> channel.config().setAutoRead(!isPaused()), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
