package app.rcommerce.gateway.server.redis.link;

import app.rcommerce.gateway.server.backend.Backend.State;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.command.CommandAsyncExecutor;
import org.redisson.config.Config;
import org.redisson.connection.ConnectionManager;
import org.redisson.connection.MasterSlaveEntry;
import org.redisson.misc.RedisURI;

/**
 * The Redisson client and its masters. A thread of its own makes the first connection and retries until it succeeds,
 * since Redisson's lazy initialisation would block the thread that sends the first command, an event loop. After that
 * Redisson reconnects by itself. Safe for any thread.
 */
public final class Link implements AutoCloseable {

    private static final long RETRY_MILLIS = 500;

    /** The status of all masters together: that of the one in the worst state. */
    public record Status(State state, String detail) {}

    private final Config config;
    private final BiConsumer<State, String> changes;
    private final Map<MasterSlaveEntry, Master> masters = new ConcurrentHashMap<>();
    private final Thread connecting;
    private volatile @Nullable Redisson redisson;
    private volatile boolean closed;
    private boolean told;
    private volatile Status status = new Status(State.RECONNECTING, "not connected yet");

    /** A link that is not connected yet. {@code changes} hears of every change of state, on any thread, in order. */
    public Link(Config config, BiConsumer<State, String> changes) {
        this.config = config;
        this.changes = changes;
        this.connecting = Thread.ofVirtual().name("redis-connect").unstarted(this::connect);
    }

    /** Begins to connect. */
    public void start() {
        connecting.start();
    }

    private void connect() {
        while (!closed) {
            try {
                Redisson connected = (Redisson) Redisson.create(config);
                if (closed) {
                    connected.shutdown(0, 1, TimeUnit.SECONDS);
                    return;
                }
                redisson = connected;
                masters();
                review();
                return;
            } catch (RuntimeException | Error e) {
                // Errors too, such as that of a thread that cannot be started: otherwise no connection would ever be
                // made.
                RedisFailure reason = RedisFailure.of(e);
                RedisFailure told = reason == null ? RedisFailure.UNREACHABLE : reason;
                become(new Status(told.state(), told.words()));
            }
            try {
                Thread.sleep(RETRY_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    public Status status() {
        return status;
    }

    /** The executor that sends commands; null until the first connection is made. */
    @Nullable
    public CommandAsyncExecutor executor() {
        Redisson connected = redisson;
        return connected == null ? null : connected.getCommandExecutor();
    }

    /** The master that holds the key; null where none is known. */
    @Nullable
    public Master master(String key) {
        Redisson connected = redisson;
        if (connected == null) {
            return null;
        }
        ConnectionManager manager = connected.getCommandExecutor().getConnectionManager();
        MasterSlaveEntry entry = manager.getWriteEntry(manager.calcSlot(key));
        return entry == null ? null : master(entry);
    }

    /** The master at an address, as the servers of a cluster name it; null where none is known there. */
    @Nullable
    public Master masterAt(String host, int port) {
        for (Master master : masters()) {
            RedisURI address = master.address();
            if (address.getPort() == port && address.getHost().equals(host)) {
                return master;
            }
        }
        return null;
    }

    /** Every master at present; masters that have left are forgotten. */
    public List<Master> masters() {
        Redisson connected = redisson;
        if (connected == null) {
            return List.of();
        }
        Collection<MasterSlaveEntry> entries =
                connected.getCommandExecutor().getConnectionManager().getEntrySet();
        boolean fewer = masters.entrySet().removeIf(known -> {
            boolean gone = !entries.contains(known.getKey());
            if (gone) {
                known.getValue().close();
            }
            return gone;
        });
        List<Master> all = entries.stream().map(this::master).toList();
        if (fewer) {
            // A master that has left no longer affects the status.
            review();
        }
        return all;
    }

    private Master master(MasterSlaveEntry entry) {
        Master known = masters.get(entry);
        return known != null
                ? known
                : masters.computeIfAbsent(entry, added -> new Master(added, (state, detail) -> review()));
    }

    /** Updates the status from the masters: it is that of the master in the worst state. */
    private synchronized void review() {
        List<RedisCircuitBreaker> breakers =
                masters.values().stream().map(Master::breaker).toList();
        Status worst = new Status(State.CONNECTED, "");
        long away = breakers.stream()
                .filter(breaker -> breaker.state() != State.CONNECTED)
                .count();
        for (RedisCircuitBreaker breaker : breakers) {
            if (breaker.state() != State.CONNECTED) {
                String which = breakers.size() == 1 ? "" : away + " of " + breakers.size() + " masters: ";
                worst = new Status(breaker.state(), which + breaker.detail());
            }
        }
        if (redisson != null) {
            become(worst);
        }
    }

    private synchronized void become(Status now) {
        Status before = status;
        status = now;
        // The first state is reported too, also where it is not CONNECTED.
        if ((!told || now.state() != before.state()) && !closed) {
            told = true;
            changes.accept(now.state(), now.detail());
        }
    }

    @Override
    public void close() {
        closed = true;
        connecting.interrupt();
        masters.values().forEach(Master::close);
        Redisson connected = redisson;
        if (connected != null) {
            connected.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
