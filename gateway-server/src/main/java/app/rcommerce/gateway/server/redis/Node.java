package app.rcommerce.gateway.server.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisClient;
import org.redisson.client.RedisConnection;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.connection.MasterSlaveEntry;

/**
 * One master, with its health and a connection of its own for pings, so that a pool in which every connection is busy
 * can be told from a Redis that is away. {@link #ping} is for one thread at a time; the rest is safe for any.
 */
final class Node {

    private final MasterSlaveEntry entry;
    private final Health health;
    private volatile @Nullable RedisConnection connection;

    Node(MasterSlaveEntry entry, Health.Listener listener) {
        this.entry = entry;
        this.health = new Health(listener);
    }

    MasterSlaveEntry entry() {
        return entry;
    }

    Health health() {
        return health;
    }

    /** Asks for a sign of life and tells {@link Health}; completes with whether there was one, never exceptionally. */
    CompletableFuture<Boolean> ping(Duration timeout) {
        return connect()
                .thenCompose(open -> open.async(timeout.toMillis(), RedisCommands.PING).toCompletableFuture())
                .handle((pong, failure) -> {
                    Trouble trouble = failure == null ? null : Trouble.of(failure);
                    if (trouble != null) {
                        close();
                    }
                    health.pinged(trouble);
                    return trouble == null;
                });
    }

    private CompletableFuture<RedisConnection> connect() {
        RedisClient client = entry.getClient();
        RedisConnection open = connection;
        if (open != null && open.isActive() && open.getRedisClient() == client) {
            return CompletableFuture.completedFuture(open);
        }
        close();
        return client.connectAsync().toCompletableFuture().thenApply(connected -> {
            connection = connected;
            return connected;
        });
    }

    void close() {
        RedisConnection open = connection;
        connection = null;
        if (open != null) {
            open.closeAsync();
        }
    }
}
