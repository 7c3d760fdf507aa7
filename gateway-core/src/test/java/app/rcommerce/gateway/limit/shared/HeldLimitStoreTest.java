package app.rcommerce.gateway.limit.shared;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.LimitStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.memory.MemoryLimitStore;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of limit stores, for one whose permits are held. */
class HeldLimitStoreTest extends LimitStoreContract {

    private static final Identifier CALLER = Identifier.user("42");

    private final HandClock clock = new HandClock();
    private final MemoryLimitStore memory = new MemoryLimitStore(clock, 1 << 20);
    private final LeasingLimitStore store = new LeasingLimitStore(memory, () -> 1, clock, 1 << 20);
    private final LeasingLimitStore other = new LeasingLimitStore(memory, () -> 1, clock, 1 << 20);
    private final Passage time = new SweepingPassage(clock, () -> {
        store.sweep();
        other.sweep();
    });

    @Override
    protected LimitStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    /** As many as the dearest request of the schedules costs. */
    @Override
    protected int stranded() {
        return 3;
    }

    private static List<Meter> minute(long quota) {
        return List.of(new Meter("a", "a:60000", quota, 60_000, true));
    }

    private static List<Meter> minuteAndHour(long quota) {
        return List.of(
                new Meter("a", "a:60000", quota, 60_000, true), new Meter("b", "b:3600000", 1_000, 3_600_000, true));
    }

    private static CompletableFuture<Decision> take(LimitStore at, List<Meter> meters) {
        Decision near = at.takeNear(CALLER, meters, 1);
        return near != null
                ? CompletableFuture.completedFuture(near)
                : at.take(CALLER, meters, 1).toCompletableFuture();
    }

    @Test
    void everyPermitOfASmallQuotaIsGrantedWhicheverRoutesAreCalled() {
        for (int i = 0; i < 5; i++) {
            List<Meter> meters = i % 2 == 0 ? minute(5) : minuteAndHour(5);
            assertThat(take(store, meters).join().granted()).as("%d", i).isTrue();
            time.idle(Duration.ofMillis(300));
        }
        assertThat(take(store, minute(5)).join().granted()).isFalse();
        assertThat(take(store, minuteAndHour(5)).join().granted()).isFalse();
    }

    /**
     * Of windows shorter than two seconds permits are leased ahead: what the store then refuses nobody waits for, and
     * it is asked once more all the same, since this node holds permits over the other meters.
     */
    @Test
    void aRefusalOfWhatWasAskedAheadLeavesNobodyWaiting() {
        List<Meter> secondAndMinute =
                List.of(new Meter("s", "s:1000", 50, 1_000, true), new Meter("a", "a:60000", 10_000, 60_000, true));
        for (int i = 0; i < 3_000; i++) {
            if (i % 100 == 0) {
                assertThat(take(store, minute(10_000))).as("%d, held", i).isCompleted();
            }
            assertThat(take(store, secondAndMinute)).as("%d, leased", i).isCompleted();
            time.idle(Duration.ofMillis(i % 1_000 < 500 ? 1 : 5));
        }
        time.idle(Duration.ofSeconds(2));
        assertThat(take(store, secondAndMinute).join().granted()).isTrue();
    }

    @Test
    void whatWasUsedIsToldBeforeUsageIsAsked() {
        for (int i = 0; i < 3; i++) {
            take(store, minute(100)).join();
        }
        assertThat(store.usage(CALLER, minute(100))
                        .toCompletableFuture()
                        .join()
                        .states()
                        .getFirst()
                        .remaining())
                .isEqualTo(97);
    }

    @Test
    void whatIsHeldElsewhereIsNotGrantedHere() {
        for (int i = 0; i < 9; i++) {
            assertThat(take(store, minute(10)).join().granted()).isTrue();
            time.idle(Duration.ofSeconds(1));
        }
        assertThat(take(other, minute(10)).join().granted())
                .as("the last one is held")
                .isFalse();
        assertThat(take(store, minute(10)).join().granted()).isTrue();
        assertThat(take(store, minute(10)).join().granted()).isFalse();
    }

    @Test
    void aNodeThatStopsLeavesNothingBehind() {
        for (int i = 0; i < 5; i++) {
            take(other, minute(10)).join();
        }
        other.close();
        for (int i = 0; i < 5; i++) {
            assertThat(take(store, minute(10)).join().granted()).as("%d", i).isTrue();
        }
        assertThat(take(store, minute(10)).join().granted()).isFalse();
    }

    @Test
    void aResetElsewhereEndsWhatIsHeld() {
        take(store, minute(1)).join();
        assertThat(take(store, minute(1)).join().granted()).isFalse();
        memory.reset(CALLER);
        assertThat(take(store, minute(1)).join().granted()).isFalse();
        store.forget(CALLER);
        assertThat(take(store, minute(1)).join().granted()).isTrue();
    }

    /** What the store would grant to somebody else. */
    private long left(Identifier caller) {
        return memory.takeNear(caller, minute(100), 101).states().getFirst().remaining();
    }

    @Test
    void whatIsForgottenGoesBackAlthoughNobodyAsksAgain() {
        take(store, minute(100)).join();
        assertThat(left(CALLER)).isEqualTo(98);
        store.forgetAll();
        time.idle(Duration.ofMillis(100));
        assertThat(left(CALLER)).isEqualTo(99);
    }

    @Test
    void whatIsGrantedToAnEvictedLeaseIsUsedByWhoeverWaitsAndGoesBack() {
        Queue<Runnable> network = new ArrayDeque<>();
        LeasingLimitStore small = new LeasingLimitStore(new QueuedStore(memory, network), () -> 1, clock, 1);
        List<Identifier> callers =
                IntStream.range(0, 200).mapToObj(i -> Identifier.user("u" + i)).toList();
        // Two of each, of which the second waits for the second question where the lease is evicted before the first.
        List<CompletableFuture<Decision>> all = new ArrayList<>();
        for (Identifier caller : callers) {
            all.add(small.take(caller, minute(100), 1).toCompletableFuture());
            all.add(small.take(caller, minute(100), 1).toCompletableFuture());
        }
        while (!network.isEmpty()) {
            network.remove().run();
            small.sweep();
        }
        assertThat(all).allMatch(decision -> decision.join().granted());
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMillis(25));
            small.sweep();
            while (!network.isEmpty()) {
                network.remove().run();
            }
        }
        long holding = callers.stream().filter(caller -> left(caller) != 98).count();
        assertThat(holding).as("those that are known yet").isLessThanOrEqualTo(16);
    }

    @Test
    void callersThatAreForgottenBeforeTheyComeAgainCostOneQuestionEach() {
        AtomicInteger asked = new AtomicInteger();
        LeasingLimitStore small = new LeasingLimitStore(new CountedStore(memory, asked), () -> 1, clock, 1);
        int callers = 1_000;
        for (int i = 0; i < callers; i++) {
            assertThat(small.take(Identifier.user("u" + i), minute(100), 1)
                            .toCompletableFuture()
                            .join()
                            .granted())
                    .isTrue();
            clock.advance(Duration.ofMillis(5));
            small.sweep();
        }
        assertThat(asked.get()).isBetween(callers, callers + 100);
        assertThat(IntStream.range(100, callers).mapToObj(i -> Identifier.user("u" + i)))
                .allMatch(caller -> left(caller) == 99);
    }

    /** Counts how often it is asked. */
    private static final class CountedStore extends RemoteLeaseStore {

        private final AtomicInteger asked;

        CountedStore(LeaseStore store, AtomicInteger asked) {
            super(store);
            this.asked = asked;
        }

        @Override
        <T> CompletionStage<T> call(Supplier<CompletionStage<T>> question) {
            asked.incrementAndGet();
            return question.get();
        }
    }

    /** Answers when the test lets it. */
    private static final class QueuedStore extends RemoteLeaseStore {

        private final Queue<Runnable> network;

        QueuedStore(LeaseStore store, Queue<Runnable> network) {
            super(store);
            this.network = network;
        }

        @Override
        <T> CompletionStage<T> call(Supplier<CompletionStage<T>> asked) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            network.add(() -> asked.get().thenAccept(answer::complete));
            return answer;
        }
    }
}
