package app.rcommerce.gateway.benchmarks.soak;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.shared.LeasingLimitStore;
import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.redis.RedisEvents;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.time.Clock;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A node of the soak test: the gateway's own leases, Redis client and event loop, without the HTTP side. Its clock
 * records when each decision read it; that is the time of the decision, however late the thread goes on. Safe for any
 * thread.
 */
final class SoakNode {

    private final ThreadLocal<long[]> lastRead = ThreadLocal.withInitial(() -> new long[1]);
    private final Transport transport;
    private final ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private final LongAdder trips;
    private final RedisBackend backend;
    private final LeasingLimitStore limits;
    private volatile long wallStepMillis;

    SoakNode(CacheConfig config, LongAdder trips) throws IOException {
        this.trips = trips;
        this.transport = Transport.start(1, ServerConfig.Transport.AUTO);
        Clock clock = new Clock() {
            @Override
            public long nanos() {
                long now = System.nanoTime();
                lastRead.get()[0] = now;
                return now;
            }

            @Override
            public long millis() {
                return System.currentTimeMillis() + wallStepMillis;
            }
        };
        this.backend = RedisBackend.connect(config, RedisBackend.Needs.ALL, transport, clock, RedisEvents.NONE);
        this.limits = new LeasingLimitStore(backend.stores().limits(), () -> 3, clock, 1 << 22);
        chores.scheduleWithFixedDelay(limits::sweep, 100, LeasingLimitStore.SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The receiver of decisions. */
    interface Judge {
        void decided(boolean granted, boolean answered, long nanos);
    }

    /** Makes a request; whether it was decided without waiting for Redis. */
    boolean request(Identifier identifier, Meters meters, Judge judge) {
        Decision near = limits.takeNear(identifier, meters, 1);
        if (near != null) {
            judge.decided(near.granted(), true, lastRead.get()[0]);
            return true;
        }
        trips.increment();
        limits.take(identifier, meters, 1)
                .whenComplete((decision, failure) ->
                        judge.decided(failure == null && decision.granted(), failure == null, lastRead.get()[0]));
        return false;
    }

    boolean isReady() {
        return backend.probe().toCompletableFuture().join()
                == app.rcommerce.gateway.server.backend.Backend.State.CONNECTED;
    }

    long near() {
        return limits.nearDecisions();
    }

    void step(long millis) {
        wallStepMillis += millis;
    }

    /** Ends the node without returning its leases, as a crash does. */
    void kill() {
        chores.shutdownNow();
        backend.close();
        transport.stop();
    }
}
