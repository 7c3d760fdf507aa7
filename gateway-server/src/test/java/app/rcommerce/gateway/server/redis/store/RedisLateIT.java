package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.server.redis.DelayingProxy;
import app.rcommerce.gateway.server.redis.ObservedBackend;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Redis grants after the deadline nobody has: it goes back. */
@Tag("redis")
class RedisLateIT {

    private static final Identifier CALLER = Identifier.user("late");
    private static final int QUOTA = 1_000;

    private static LeaseStore store(Algorithm algorithm, ObservedBackend observed, KeyTemplates keys) {
        CommandDispatcher dispatcher = observed.dispatcher();
        return algorithm == Algorithm.FIXED_WINDOW
                ? new RedisWindowStore(dispatcher, keys, Clock.system())
                : new RedisLimitStore(dispatcher, keys, Duration.ZERO);
    }

    private static Meter meter(Algorithm algorithm) {
        return new Meter("late", "late:86400000", algorithm, QUOTA, 86_400_000, QUOTA, true);
    }

    private static long counted(LeaseStore store, Algorithm algorithm) throws Exception {
        return QUOTA
                - store.usage(CALLER, List.of(meter(algorithm)))
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS)
                        .states()
                        .getFirst()
                        .remaining();
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void goesBack(Algorithm algorithm) throws Exception {
        KeyTemplates keys = TestRedis.freshKeys();
        try (DelayingProxy proxy = new DelayingProxy(RedisServers.single().port());
                ObservedBackend observed = new ObservedBackend(
                        TestRedis.config(proxy.port())
                                .deadline(ObservedBackend.DEADLINE)
                                .build(),
                        keys)) {
            observed.awaitWorking("u", Duration.ofSeconds(2));
            LeaseStore store = store(algorithm, observed, keys);
            assertThat(counted(store, algorithm)).isZero();
            proxy.delay(ObservedBackend.DEADLINE.toMillis() * 3);
            assertThatThrownBy(() -> store.lease(
                                    CALLER, List.of(meter(algorithm)), new LeaseRequest(1, 100, 1, Unused.NONE))
                            .toCompletableFuture()
                            .get(5, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            StoreUnavailable.class,
                            late -> assertThat(late.isLate()).isTrue());
            proxy.delay(0);
            observed.awaitWorking("u", Duration.ofSeconds(2));
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> counted(store, algorithm) == 0);
        }
    }

    @Test
    void whatIsGrantedAfterTheEdgeOfAWindowIsCountedBehindIt() throws Exception {
        KeyTemplates keys = TestRedis.freshKeys();
        HandClock clock = new HandClock(1_767_229_259_990L);
        Meter minute = new Meter("w", "fixed:60000:window", Algorithm.FIXED_WINDOW, 5, 60_000, 5, true);
        try (DelayingProxy proxy = new DelayingProxy(RedisServers.single().port());
                ObservedBackend observed = new ObservedBackend(
                        TestRedis.config(proxy.port())
                                .deadline(Duration.ofSeconds(2))
                                .build(),
                        keys)) {
            observed.awaitWorking("u", Duration.ofSeconds(2));
            LeaseStore store = new RedisWindowStore(observed.dispatcher(), keys, clock);
            proxy.delay(100);
            CompletableFuture<Decision> decision =
                    store.take(CALLER, List.of(minute), 1).toCompletableFuture();
            clock.advance(Duration.ofMillis(10));
            assertThat(decision.get(5, TimeUnit.SECONDS).states().getFirst().resetMillis())
                    .isEqualTo(60_000);
            proxy.delay(0);
            assertThat(left(store, minute))
                    .as("in the window in which it is used")
                    .isEqualTo(4);
            clock.step(Duration.ofMinutes(-1));
            Awaitility.await("gone from the window in which it was asked for")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> left(store, minute) == 5);
        }
    }

    private static long left(LeaseStore store, Meter meter) {
        return store.usage(CALLER, List.of(meter))
                .toCompletableFuture()
                .join()
                .states()
                .getFirst()
                .remaining();
    }
}
