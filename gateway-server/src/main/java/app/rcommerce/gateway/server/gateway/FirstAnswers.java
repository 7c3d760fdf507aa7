package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.policy.order.Policies;
import app.rcommerce.gateway.server.backend.Backend;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, before any request is taken, until the store answers what requests will ask: on every event loop, through the
 * near copies, within a request's own deadline, with the blocked ranges fetched and change notifications settled. A
 * gateway that serves earlier would let blocked callers and revoked tokens pass, and would count limits by itself. For
 * the thread that starts the gateway.
 */
final class FirstAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(FirstAnswers.class);
    private static final long PAUSE_MILLIS = 20;
    private static final long LONGEST_ROUND_SECONDS = 2;
    /** Keys that are asked for on each loop; enough that every master of a cluster is asked. */
    private static final int QUESTIONS = 12;

    private static final Meters METERS = Meters.of(List.of(new Meter("startup", "startup:60000", 1, 60_000, true)));

    private final Backend backend;
    private final Policies.Shared shared;
    private final Iterable<EventExecutor> loops;
    private int asked;

    FirstAnswers(Backend backend, Policies.Shared shared, Iterable<EventExecutor> loops) {
        this.backend = backend;
        this.shared = shared;
        this.loops = loops;
    }

    /**
     * Waits for a shared store, at most as long as is configured. After that the gateway serves as is configured for a
     * store that is away.
     */
    void await(CacheConfig cache) {
        CacheConfig.RedisConfig redis = cache.redis();
        if (redis == null || redis.startupWait().isZero()) {
            return;
        }
        try {
            if (!await(redis.startupWait())) {
                LOG.warn(
                        "the store has not answered within {} ms (startup_wait): requests are taken as if it were away; {} {}, CLIENT TRACKING is {}",
                        redis.startupWait().toMillis(),
                        backend.state(),
                        backend.detail(),
                        backend.trackingText());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the store answers, for so long at most; returns whether it does. */
    private boolean await(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!areHere()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    /** Asks once on every loop; the keys are new each time, since remembered answers would not be asked for. */
    private boolean areHere() throws InterruptedException {
        if (backend.state() != Backend.State.CONNECTED || !backend.isTrackingSettled()) {
            return false;
        }
        // What may take its time goes first: a cold start is slow, and late answers to requests would open the breaker.
        List<CompletableFuture<?>> patient = new ArrayList<>();
        patient.add(shared.blocks().refresh().toCompletableFuture());
        each((loop, name) -> patient.add(on(loop, () -> shared.limits().usage(Identifier.key(name), METERS))));
        if (!areAnswered(patient)) {
            return false;
        }
        List<CompletableFuture<?>> urgent = new ArrayList<>();
        each((loop, name) -> {
            Identifier caller = Identifier.key(name);
            urgent.add(on(loop, () -> shared.blocks().find(caller)));
            urgent.add(on(loop, () -> shared.revocations().find(name, caller, 0)));
            urgent.add(on(loop, () -> shared.replies().find(new CacheKey(Digests.sha256Hex(name)))));
        });
        return areAnswered(urgent);
    }

    private void each(BiConsumer<EventExecutor, String> question) {
        for (EventExecutor loop : loops) {
            for (int i = 0; i < QUESTIONS; i++) {
                question.accept(loop, "startup." + asked++);
            }
        }
    }

    private static boolean areAnswered(List<CompletableFuture<?>> answers) throws InterruptedException {
        try {
            CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                    .get(LONGEST_ROUND_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Asks on the loop, as its requests will. */
    private static <T> CompletableFuture<T> on(EventExecutor loop, Supplier<CompletionStage<T>> question) {
        return CompletableFuture.supplyAsync(question, loop).thenCompose(answer -> answer);
    }
}
