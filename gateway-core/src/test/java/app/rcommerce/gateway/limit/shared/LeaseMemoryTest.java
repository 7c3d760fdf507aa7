package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.store.memory.MemoryLimitStore;
import app.rcommerce.gateway.time.HandClock;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What callers that a node remembers take of the heap. */
class LeaseMemoryTest {

    private static final int CALLERS = 30_000;
    private static final long PLENTY = 1L << 30;
    private static final Meters METERS = Meters.of(List.of(
            new Meter("a", "a:60000", 1_000, 60_000, true), new Meter("b", "b:3600000", 10_000, 3_600_000, true)));

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Identifier caller(int number) {
        return Identifier.ip("10.1." + number / 256 + "." + number % 256);
    }

    @Test
    void aCallerTakesNoMoreThanIsReckoned() {
        HandClock clock = new HandClock();
        // As small as it may be: what it counts is not of interest.
        MemoryLimitStore counts = new MemoryLimitStore(clock, 1);
        LeasingLimitStore store = new LeasingLimitStore(counts, () -> 1, clock, PLENTY);
        for (int i = 0; i < 1_000; i++) {
            store.take(Identifier.user("warm" + i), METERS, 1)
                    .toCompletableFuture()
                    .join();
        }
        long before = used();
        for (int i = 0; i < CALLERS; i++) {
            store.take(caller(i), METERS, 1).toCompletableFuture().join();
        }
        long once = (used() - before) / CALLERS;
        // Those who come again take more: what they were granted counts in several parts of a window.
        clock.advance(Duration.ofSeconds(10));
        for (int i = 0; i < CALLERS; i++) {
            assertThat(store.takeNear(caller(i), METERS, 1)).isNotNull();
        }
        long each = (used() - before) / CALLERS;
        Reference.reachabilityFence(store);
        Reference.reachabilityFence(counts);
        assertThat(store.size()).isEqualTo(CALLERS + 1_000);
        assertThat(each).isBetween(LeaseEntries.ENTRY_BYTES / 2L, (long) LeaseEntries.ENTRY_BYTES);
        assertThat(once).as("who has come once").isLessThan(each);
        System.out.println("a caller: " + once + " bytes, " + each + " who has come again");
    }
}
