package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A backend under test, with what it has reported and how long calls took. */
public final class ObservedBackend implements AutoCloseable, RedisEvents {

    public static final Duration DEADLINE = Duration.ofMillis(60);
    /**
     * What a loaded machine may add to a deadline: with it still less than the client library's own time-out, a second.
     */
    public static final Duration SLACK = Duration.ofMillis(800);

    private static final List<Meter> METERS = List.of(new Meter("a", "a:3600000", 1_000_000, 3_600_000, true));

    private final ConcurrentLinkedQueue<State> states = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> outcomes = new ConcurrentLinkedQueue<>();
    private final RedisBackend backend;

    public ObservedBackend(RedisConfig config) {
        this(config, KeyTemplates.DEFAULTS);
    }

    public ObservedBackend(RedisConfig config, KeyTemplates keys) {
        backend = RedisBackend.connect(
                TestRedis.cache(config, keys), RedisBackend.Needs.ALL, TestRedis.TRANSPORT, Clock.system(), this);
    }

    @Override
    public void command(String operation, String outcome, long nanos) {
        outcomes.add(outcome);
    }

    @Override
    public void stateChanged(State state, String detail) {
        states.add(state);
    }

    @Override
    public void notUnderstood(String kind) {
        // Nothing to do.
    }

    public CommandDispatcher dispatcher() {
        return backend.dispatcher();
    }

    public RedisBackend backend() {
        return backend;
    }

    /** Every state it has been in since the first. */
    List<State> states() {
        return List.copyOf(states);
    }

    public long outcomes(String outcome) {
        return outcomes.stream().filter(outcome::equals).count();
    }

    /** One decision; null where the store is unavailable, and nothing else may happen, and not too late. */
    Decision take(String user) {
        long start = System.nanoTime();
        try {
            return backend.stores()
                    .limits()
                    .take(Identifier.user(user), METERS, 1)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isExactlyInstanceOf(StoreUnavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(DEADLINE.plus(SLACK));
            return null;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    boolean works(String user) {
        return take(user) != null;
    }

    /** Calls until they fail without being sent, and sees that they then fail in no time. */
    void awaitOpen(String user) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    take(user);
                    return outcomes("open") > 0;
                });
        long start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            take(user);
        }
        // Now and then one is let through on trial.
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(DEADLINE.plus(SLACK).multipliedBy(2));
    }

    public void awaitWorking(String user, Duration atMost) {
        Awaitility.await("working again")
                .atMost(atMost)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> works(user));
    }

    /** Waits until it is in that state and has told so. */
    void awaitState(State state) {
        TestRedis.awaitState(backend, state);
        Awaitility.await("told " + state)
                .atMost(Duration.ofSeconds(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> states().contains(state) && states().getLast() == state);
    }

    @Override
    public String toString() {
        return states + " " + outcomes.stream().limit(100).toList();
    }

    @Override
    public void close() {
        backend.close();
    }
}
