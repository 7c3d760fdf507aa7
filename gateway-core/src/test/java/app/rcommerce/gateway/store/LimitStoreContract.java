package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link LimitStore} must do. Identifiers are new for each test, so that stores may share a server. */
public abstract class LimitStoreContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Random NAMES = new Random();

    private final Identifier caller = newCaller();

    /** The store. */
    protected abstract LimitStore store();

    /** Its time. */
    protected abstract Passage time();

    /** How many random schedules are tried. */
    protected int schedules() {
        return 200;
    }

    /** How many permits may be on their way between a node and the store when a request is refused. */
    protected int stranded() {
        return 0;
    }

    private static Identifier newCaller() {
        return Identifier.user("u" + Long.toHexString(NAMES.nextLong()));
    }

    private static Meter meter(String limit, long quota, Duration window) {
        return new Meter(limit, limit + ":" + window.toMillis(), quota, window.toMillis(), true);
    }

    private static Meter shadow(String limit, long quota, Duration window) {
        return new Meter(limit, limit + ":" + window.toMillis(), quota, window.toMillis(), false);
    }

    private Decision take(int permits, Meter... meters) {
        return store().take(caller, List.of(meters), permits)
                .toCompletableFuture()
                .join();
    }

    private Decision usage(Meter... meters) {
        return store().usage(caller, List.of(meters)).toCompletableFuture().join();
    }

    @Test
    void theQuotaIsGrantedAndNoMore() {
        Meter meter = meter("a", 3, HOUR);
        for (int left = 2; left >= 0; left--) {
            Decision decision = take(1, meter);
            assertThat(decision.granted()).isTrue();
            assertThat(decision.retryAfterMillis()).isZero();
            assertThat(decision.states().getFirst().remaining()).isEqualTo(left);
            assertThat(decision.states().getFirst().over()).isFalse();
        }
        Decision refused = take(1, meter);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.states().getFirst().over()).isTrue();
        assertThat(refused.states().getFirst().remaining()).isZero();
    }

    @Test
    void aRefusalTellsWhenItWouldGrant() {
        Meter meter = meter("a", 1, HOUR);
        long reset = take(1, meter).states().getFirst().resetMillis();
        assertThat(reset).isBetween(HOUR.toMillis(), HOUR.toMillis() + meter.partMillis() + meter.leaseMillis());
        Decision refused = take(1, meter);
        assertThat(refused.retryAfterMillis()).isBetween(reset - 30_000, reset);
        assertThat(refused.states().getFirst().resetMillis()).isEqualTo(refused.retryAfterMillis());
    }

    @Test
    void aRequestPassesOnceTheWindowHasPassed() {
        Meter meter = meter("a", 2, Duration.ofMillis(300));
        assertThat(take(2, meter).granted()).isTrue();
        Decision refused = take(1, meter);
        assertThat(refused.granted()).isFalse();
        time().within(
                        Duration.ofMillis(refused.retryAfterMillis()),
                        () -> assertThat(take(1, meter).granted()).isTrue());
    }

    @Test
    void whatIsRefusedIsNotCounted() {
        Meter meter = meter("a", 2, HOUR);
        take(1, meter);
        for (int i = 0; i < 5; i++) {
            assertThat(take(2, meter).granted()).isFalse();
        }
        assertThat(take(1, meter).granted()).isTrue();
    }

    @Test
    void allMetersCountOrNone() {
        Meter narrow = meter("narrow", 2, HOUR);
        Meter wide = meter("wide", 10, HOUR);
        take(2, narrow, wide);
        Decision refused = take(1, wide, narrow);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.states()).extracting(Decision.State::over).containsExactly(false, true);
        assertThat(refused.states()).extracting(Decision.State::remaining).containsExactly(8L, 0L);
        assertThat(take(8, wide).granted()).isTrue();
    }

    @Test
    void aMeterInShadowNeverRefuses() {
        Meter watched = shadow("watched", 1, HOUR);
        Meter wide = meter("wide", 10, HOUR);
        assertThat(take(1, watched, wide).granted()).isTrue();
        Decision over = take(1, watched, wide);
        assertThat(over.granted()).isTrue();
        assertThat(over.states()).extracting(Decision.State::over).containsExactly(true, false);
        assertThat(over.states()).extracting(Decision.State::remaining).containsExactly(0L, 8L);
        assertThat(over.states().getFirst().resetMillis()).isPositive();
    }

    @Test
    void lookingDoesNotCount() {
        Meter meter = meter("a", 2, HOUR);
        Decision fresh = usage(meter);
        assertThat(fresh.granted()).isTrue();
        assertThat(fresh.states()).containsExactly(new Decision.State(2, 0, false));
        take(1, meter);
        usage(meter);
        assertThat(usage(meter).states().getFirst().remaining()).isEqualTo(1);
        take(1, meter);
        assertThat(usage(meter).granted()).isFalse();
        assertThat(usage(meter).states().getFirst().over()).isTrue();
    }

    @Test
    void aResetForgetsEverything() {
        Meter meter = meter("a", 1, HOUR);
        take(1, meter);
        store().reset(caller).toCompletableFuture().join();
        assertThat(take(1, meter).granted()).isTrue();
    }

    @Test
    void whatIsChargedCountsWhateverTheQuota() {
        Meter meter = meter("a", 5, HOUR);
        store().charge(caller, List.of(meter), 4).toCompletableFuture().join();
        assertThat(usage(meter).states().getFirst().remaining()).isEqualTo(1);
        store().charge(caller, List.of(meter), 4).toCompletableFuture().join();
        Decision refused = take(1, meter);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.states().getFirst().remaining()).isZero();
        assertThat(refused.retryAfterMillis()).isBetween(HOUR.toMillis() - 30_000, HOUR.toMillis() + 37_000);
        assertThat(take(1, meter("a", 9, HOUR)).granted())
                .as("eight are counted")
                .isTrue();
    }

    @Test
    void aBucketOwesNoMoreThanAllOfIt() {
        Meter bucket = new Meter("b", "b", Meter.Algorithm.TOKEN_BUCKET, 10, 1_000, 5, true);
        store().charge(caller, List.of(bucket), 1_000_000).toCompletableFuture().join();
        Decision refused = take(5, bucket);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.retryAfterMillis()).isBetween(1L, 502L);
        time().within(
                        Duration.ofMillis(refused.retryAfterMillis()),
                        () -> assertThat(take(1, bucket).granted()).isTrue());
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        Meter meter = meter("a", 3, HOUR);
        Meter bucket = new Meter("b", "b", Meter.Algorithm.TOKEN_BUCKET, 3, HOUR.toMillis(), 3, true);
        take(1, meter, bucket);
        Decision decision = take(2, meter, bucket);
        store().giveBack(caller, List.of(meter, bucket), 2, decision)
                .toCompletableFuture()
                .join();
        assertThat(usage(meter, bucket).states())
                .allSatisfy(state -> assertThat(state.remaining()).isBetween(Math.max(0, 2L - stranded()), 2L));
        assertThat(take(2, meter, bucket).granted()).isTrue();
        assertThat(take(1, meter, bucket).granted()).isFalse();
    }

    @Test
    void whatAShadowHadNotCountedIsNotGivenBackToIt() {
        Meter watched = shadow("watched", 1, HOUR);
        Meter wide = meter("wide", 10, HOUR);
        take(1, watched, wide);
        Decision over = take(1, watched, wide);
        store().giveBack(caller, List.of(watched, wide), 1, over)
                .toCompletableFuture()
                .join();
        List<Decision.State> states = usage(watched, wide).states();
        assertThat(states.getFirst().remaining()).isZero();
        assertThat(states.getLast().remaining()).isBetween(9L - stranded(), 9L);
    }

    @Test
    void callersAndMetersAreCountedApart() {
        Meter meter = meter("a", 1, HOUR);
        assertThat(take(1, meter).granted()).isTrue();
        assertThat(store().take(newCaller(), List.of(meter), 1)
                        .toCompletableFuture()
                        .join()
                        .granted())
                .isTrue();
        assertThat(take(1, meter("b", 1, HOUR)).granted()).isTrue();
        assertThat(take(1, meter("a", 1, Duration.ofMinutes(1))).granted()).isTrue();
        assertThat(take(1, meter).granted()).isFalse();
    }

    @Test
    void morePermitsThanTheQuotaAreNeverGranted() {
        Meter meter = meter("a", 3, HOUR);
        Decision refused = take(4, meter);
        assertThat(refused.granted()).isFalse();
        assertThat(refused.retryAfterMillis()).isEqualTo(HOUR.toMillis());
        assertThat(take(3, meter).granted()).isTrue();
    }

    @Test
    void aChangedQuotaHoldsForWhatIsCountedAlready() {
        take(5, meter("a", 10, HOUR));
        Decision lowered = take(1, meter("a", 4, HOUR));
        assertThat(lowered.granted()).isFalse();
        assertThat(lowered.states().getFirst().remaining()).isZero();
        assertThat(take(1, meter("a", 6, HOUR)).granted()).isTrue();
    }

    @Test
    void largeQuotasStayExact() {
        long quota = 1_000_000_000_000L;
        Meter meter = meter("a", quota, HOUR);
        long counted = 0;
        for (int i = 0; i < 5; i++) {
            counted += 2_147_483_647;
            assertThat(take(2_147_483_647, meter).states().getFirst().remaining())
                    .isEqualTo(quota - counted);
        }
    }

    @Test
    void addressesOfBothFamiliesAreCounted() {
        Meter meter = meter("a", 1, HOUR);
        for (String address : List.of(
                "203.0.113." + NAMES.nextInt(256),
                "2001:db8:" + Integer.toHexString(NAMES.nextInt(1, 65_536)) + "::")) {
            Identifier ip = Identifier.ip(address);
            store().reset(ip).toCompletableFuture().join();
            assertThat(store().take(ip, List.of(meter), 1)
                            .toCompletableFuture()
                            .join()
                            .granted())
                    .isTrue();
            assertThat(store().take(ip, List.of(meter), 1)
                            .toCompletableFuture()
                            .join()
                            .granted())
                    .isFalse();
        }
    }

    @Test
    void severalThreadsNeverGetMoreThanTheQuota() throws Exception {
        Meter minute = meter("a", 150, Duration.ofMinutes(1));
        Meter hour = meter("a", 200, HOUR);
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(() -> {
                int granted = 0;
                for (int k = 0; k < 100; k++) {
                    granted += take(1, minute, hour).granted() ? 1 : 0;
                }
                return granted;
            });
        }
        int granted = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> each : threads.invokeAll(tasks)) {
                granted += each.get();
            }
        }
        assertThat(granted).isEqualTo(150);
        assertThat(usage(hour).states().getFirst().remaining()).isEqualTo(50);
    }

    /** One admission, between the moments it was asked for and answered; stores with a clock of their own choose. */
    private record Admission(long asked, long answered, int permits) {}

    @Test
    void underRandomSchedulesNeverMoreThanTheQuotaAndHardlyLess() {
        long seed = NAMES.nextLong();
        System.out.println("random schedules: seed " + seed);
        for (int i = 0; i < schedules(); i++) {
            schedule(seed + i);
        }
    }

    private void schedule(long seed) {
        store().reset(caller).toCompletableFuture().join();
        Random random = new Random(seed);
        long window = 200 + random.nextInt(200);
        Meter meter = meter("a", 10 + random.nextInt(20), Duration.ofMillis(window));
        long part = meter.partMillis();
        List<Admission> log = new ArrayList<>();
        long end = time().nanos() + Duration.ofMillis(4 * window).toNanos();
        while (time().nanos() < end) {
            int permits = 1 + random.nextInt(3);
            long asked = Math.floorDiv(time().nanos(), 1_000_000);
            Decision decision = take(permits, meter);
            long answered = Math.floorDiv(time().nanos(), 1_000_000) + 1;
            if (decision.granted()) {
                log.add(new Admission(asked, answered, permits));
                assertThat(surelyWithin(log, answered, window))
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(meter.quota());
            } else {
                // Strict by one part and a lease's life at most, and by what the clocks do not tell.
                long since = asked - window - 2 * part - meter.leaseMillis() - 2;
                long counted = log.stream()
                        .filter(one -> one.answered() > since)
                        .mapToLong(Admission::permits)
                        .sum();
                assertThat(counted + permits + stranded()).as("seed %d", seed).isGreaterThan(meter.quota());
            }
            if (random.nextInt(3) == 0) {
                time().idle(Duration.ofMillis(1 + random.nextInt(random.nextInt(10) == 0 ? 150 : 12)));
            }
        }
        assertThat(log).isNotEmpty();
    }

    /** What was admitted less than one window before {@code now}, however the clocks stand. */
    private static long surelyWithin(List<Admission> log, long now, long window) {
        return log.stream()
                .filter(one -> now - one.asked() < window)
                .mapToLong(Admission::permits)
                .sum();
    }
}
