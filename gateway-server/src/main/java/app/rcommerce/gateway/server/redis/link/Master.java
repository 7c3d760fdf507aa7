package app.rcommerce.gateway.server.redis.link;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RFuture;
import org.redisson.client.RedisClient;
import org.redisson.client.RedisConnection;
import org.redisson.client.RedisReadonlyException;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.connection.MasterSlaveEntry;
import org.redisson.misc.RedisURI;

/**
 * One master, with its circuit breaker and a connection of its own for pings, so that a pool in which every connection
 * is busy can be told from a Redis that is away. {@link #ping} is for one thread at a time; the rest is safe for any.
 */
public final class Master {

    /**
     * The time-outs of a ping.
     *
     * @param timeout after which there is no sign of life
     * @param inTime as long as a request waits: what comes later is one, but no reason to send requests again
     * @param nanos the time
     */
    public record PingTimeout(Duration timeout, Duration inTime, LongSupplier nanos) {}

    private final MasterSlaveEntry entry;
    private final RedisCircuitBreaker breaker;
    private volatile @Nullable RedisConnection connection;

    Master(MasterSlaveEntry entry, RedisCircuitBreaker.StateListener listener) {
        this.entry = entry;
        this.breaker = new RedisCircuitBreaker(listener);
    }

    public MasterSlaveEntry entry() {
        return entry;
    }

    /** The address of the server that is the master at present. */
    public RedisURI address() {
        return entry.getClient().getConfig().getAddress();
    }

    public RedisCircuitBreaker breaker() {
        return breaker;
    }

    /**
     * Pings the master and reports to {@link RedisCircuitBreaker}; completes with whether it answered, never
     * exceptionally.
     */
    CompletableFuture<Boolean> ping(PingTimeout timeouts) {
        return connect().thenCompose(open -> sign(open, timeouts)).handle((inTime, failure) -> {
            RedisFailure reason = failure == null ? null : RedisFailure.of(failure);
            if (reason != null) {
                close();
                breaker.pingFailed(reason);
            } else {
                breaker.pinged(inTime == null || inTime);
            }
            return reason == null;
        });
    }

    /** Completes with whether the answer came in time. */
    private CompletableFuture<Boolean> sign(RedisConnection open, PingTimeout timeouts) {
        long start = timeouts.nanos().getAsLong();
        long timeout = timeouts.timeout().toMillis();
        CompletableFuture<?> answer = breaker.isReplica()
                ? role(open, timeout).thenAccept(Master::mustBeMaster)
                : open.async(timeout, RedisCommands.PING).toCompletableFuture();
        return answer.thenApply(
                any -> timeouts.nanos().getAsLong() - start <= timeouts.inTime().toNanos());
    }

    private static CompletableFuture<Map<String, String>> role(RedisConnection open, long timeout) {
        RFuture<Map<String, String>> info = open.async(timeout, RedisCommands.INFO_REPLICATION);
        return info.toCompletableFuture();
    }

    /** Throws where the server says that it is a replica: a replica answers pings as well. */
    private static void mustBeMaster(Map<String, String> replication) {
        if ("slave".equals(replication.get("role"))) {
            throw new RedisReadonlyException("still a replica");
        }
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
