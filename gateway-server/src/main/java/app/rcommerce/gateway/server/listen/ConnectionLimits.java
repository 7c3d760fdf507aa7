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
    private final ToldAddresses told = new ToldAddresses(System::nanoTime);
    private final List<Channel> listening = new CopyOnWriteArrayList<>();

    /** Limits of so many connections in all. */
    ConnectionLimits(int most) {
        this.most = most;
    }

    /**
     * Limits of so many connections in all, or fewer where the process may not have as many; what is cut is said.
     *
     * @param wanted by the configuration; 0 for as many as may be
     * @param files that the process may open
     * @param room for how many there is on the heap
     */
    static ConnectionLimits of(int wanted, int files, int room) {
        int byFiles = OpenFiles.clients(files);
        int most = Math.min(byFiles, room);
        if (wanted > byFiles) {
            LOG.warn(
                    "server.max_connections: {} clients may need more than the {} files that the process may open: {} are accepted (expected: at most that many, or a larger limit of open files)",
                    wanted,
                    files,
                    most);
        } else if (wanted > room) {
            LOG.warn(
                    "server.max_connections: {} clients need more than a quarter of the heap: {} are accepted (expected: at most that many, or a larger GATEWAY_HEAP)",
                    wanted,
                    room);
        }
        return new ConnectionLimits(wanted == 0 ? most : Math.min(wanted, most));
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

    /**
     * Counts a client that has connected from this address, in all and at the address, unless either bound is reached.
     * More clients than are free in all may arrive, since one turn of the event loop accepts several.
     *
     * @return the place at the address, to be given to {@link #closed}, empty where the address is not counted; null
     *     where the client must be closed
     */
    @Nullable
    String opened(byte[] address, ServerConfig server) {
        if (!openedInAll()) {
            return null;
        }
        String place = openedAt(address, server);
        if (place == null) {
            closedInAll();
        }
        return place;
    }

    /** Counts a client in all whose address is not known yet; null where it must be closed. */
    @Nullable
    String openedUnplaced() {
        return openedInAll() ? "" : null;
    }

    /** The place of a client that was counted in all, now that its address is known; null where it must be closed. */
    @Nullable
    String placed(byte[] address, ServerConfig server) {
        return openedAt(address, server);
    }

    private boolean openedInAll() {
        // Not counted above the bound for a moment either: whoever leaves then would not see that it was reached.
        int before = open.getAndUpdate(count -> Math.min(count + 1, most));
        if (before == most) {
            return false;
        }
        if (before + 1 == most) {
            LOG.warn(
                    "{} clients are connected: nobody is accepted until one leaves (expected: fewer, or a larger server.max_connections)",
                    most);
            setAccepting(false);
        }
        return true;
    }

    private @Nullable String openedAt(byte[] address, ServerConfig server) {
        int mostAtOne = server.maxConnectionsPerAddress();
        if (mostAtOne == 0 || server.trustedProxies().stream().anyMatch(range -> range.contains(address))) {
            return "";
        }
        String place = atAddresses.enter(address, mostAtOne);
        if (place == null) {
            refused.increment();
            String folded = Addresses.folded(address);
            if (told.isDue(folded)) {
                LOG.warn(
                        "clients of {} are closed at once while it has {} connections (expected: fewer, or a larger server.max_connections_per_address; gateway_client_connections_refused_total counts them, this line comes once a minute)",
                        folded,
                        mostAtOne);
            }
        }
        return place;
    }

    /** The number of clients that were closed at once because of their address. */
    long refused() {
        return refused.sum();
    }

    /** Takes a client that has left off the counts, with its place at its address. */
    void closed(String place) {
        if (!place.isEmpty()) {
            atAddresses.leave(place);
        }
        closedInAll();
    }

    private void closedInAll() {
        if (open.getAndDecrement() == most) {
            setAccepting(true);
        }
    }

    private void setAccepting(boolean wanted) {
        for (Channel channel : listening) {
            if (channel.eventLoop().inEventLoop()) {
                channel.config().setAutoRead(wanted);
            } else {
                // Read when the task runs, so that the last of several tasks sets what holds by then.
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
