package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ConcurrencyStore} must do. Identifiers are new for each test, so that stores may share a server.
 */
public abstract class ConcurrencyStoreContract {

    private static final Random NAMES = new Random();

    private final Identifier caller = newCaller();

    /** The store. */
    protected abstract ConcurrencyStore store();

    /** Its time. */
    protected abstract Passage time();

    private static Identifier newCaller() {
        return Identifier.user("u" + Long.toHexString(NAMES.nextLong()));
    }

    private @Nullable Slot enter(int most) {
        return store().enter(caller, "a", most).toCompletableFuture().join();
    }

    private int inFlight(String bucket) {
        return store().inFlight(caller, bucket).toCompletableFuture().join();
    }

    private void awaitInFlight(int count) {
        time().within(Duration.ZERO, () -> assertThat(inFlight("a")).isEqualTo(count));
    }

    @Test
    void asManyEnterAsThereArePlaces() {
        for (int i = 0; i < 3; i++) {
            assertThat(enter(3)).isNotNull();
        }
        assertThat(enter(3)).isNull();
        assertThat(inFlight("a")).isEqualTo(3);
    }

    @Test
    void whoLeavesMakesRoomForOne() {
        Slot first = enter(2);
        enter(2);
        first.leave();
        first.leave();
        assertThat(enter(2)).isNotNull();
        assertThat(enter(2)).as("leaving twice frees one place").isNull();
    }

    @Test
    void whenAllHaveLeftNothingIsCounted() {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            slots.add(enter(5));
        }
        slots.forEach(Slot::leave);
        awaitInFlight(0);
        for (int i = 0; i < 5; i++) {
            assertThat(enter(5)).isNotNull();
        }
        assertThat(enter(5)).isNull();
    }

    @Test
    void callersAndBucketsAreCountedApart() {
        assertThat(enter(1)).isNotNull();
        assertThat(store().enter(newCaller(), "a", 1).toCompletableFuture().join())
                .isNotNull();
        assertThat(store().enter(caller, "b", 1).toCompletableFuture().join()).isNotNull();
        assertThat(enter(1)).isNull();
        assertThat(inFlight("b")).isEqualTo(1);
        assertThat(inFlight("c")).isZero();
    }

    @Test
    void aSmallerBoundHoldsAtOnce() {
        Slot one = enter(5);
        enter(5);
        enter(5);
        assertThat(enter(2)).isNull();
        one.leave();
        assertThat(enter(2)).isNull();
        assertThat(enter(3)).isNotNull();
    }

    @Test
    void severalThreadsAreNeverMoreThanTheBound() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(() -> {
                int entered = 0;
                for (int k = 0; k < 150; k++) {
                    Slot slot = enter(4);
                    if (slot != null) {
                        entered++;
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        Thread.yield();
                        inside.decrementAndGet();
                        slot.leave();
                    }
                }
                return entered;
            });
        }
        int entered = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> each : threads.invokeAll(tasks)) {
                entered += each.get();
            }
        }
        assertThat(most.get()).isLessThanOrEqualTo(4);
        assertThat(entered).isPositive();
        awaitInFlight(0);
    }
}
