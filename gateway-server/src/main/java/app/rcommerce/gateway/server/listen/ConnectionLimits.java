package app.rcommerce.gateway.server.listen;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.identity.Addresses;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bounds on connections of clients, in all and for each address. It counts them, and stops accepting while the
 * bound in all is reached or the system has no descriptors left; clients then wait in the kernel's queue. A handler of
 * the listening channels; safe for any thread.
 */
@ChannelHandler.Sharable
final class ConnectionLimits extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);
    private static final long PAUSE_MILLIS = 1000;

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final AddressCounts atAddresses = new AddressCounts();
    private final LongAdder refused = new LongAdder();
    private final List<Channel> listening = new CopyOnWriteArrayList<>();

    /** Limits of so many connections in all. */
    ConnectionLimits(int most) {
        this.most = most;
    }

    void listening(Channel channel) {
        listening.add(channel);
    }

    int most() {
        return most;
    }

    /** Whether accepting is stopped at the moment. */
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

    /**
     * A client at this address is connected, whose place in all is taken already.
     *
     * @return what the place is given back by, empty where the address is not counted; null where it has as many as it
     *     may
     */
    @Nullable
    String openedAt(byte[] address, ServerConfig server) {
        int mostAtOne = server.maxConnectionsPerAddress();
        if (mostAtOne == 0 || server.trustedProxies().stream().anyMatch(range -> range.contains(address))) {
            return "";
        }
        String place = atAddresses.enter(address, mostAtOne);
        if (place == null) {
            refused.increment();
            LOG.warn(
                    "a client is closed at once, since its address has {} connections already: {} (expected: fewer, or a larger server.max_connections_per_address)",
                    mostAtOne,
                    Addresses.folded(address));
        }
        return place;
    }

    /** The number of clients that were closed at once because of their address. */
    long refused() {
        return refused.sum();
    }

    /** A client has left, with its place at its address. */
    void closed(String place) {
        if (!place.isEmpty()) {
            atAddresses.leave(place);
        }
        closed();
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

    /**
     * Stops accepting for a while after a failed accept, usually for want of descriptors: trying again at once would
     * only fail again.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.warn("no client can be accepted for the moment: {}", cause.getMessage());
        Channel channel = ctx.channel();
        channel.config().setAutoRead(false);
        channel.eventLoop()
                .schedule(() -> channel.config().setAutoRead(!isPaused()), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
