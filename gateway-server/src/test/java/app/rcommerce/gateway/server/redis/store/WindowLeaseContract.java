package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.limit.shared.LeasingLimitStore;
import app.rcommerce.gateway.store.WindowStoreContract;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the platform's own counters do for nodes that lease from them. */
abstract class WindowLeaseContract extends WindowStoreContract {

    private static final long START = 1_767_225_610_000L;

    @Override
    protected abstract RedisWindowStore store();

    private Grant lease(LeaseRequest request, Meter... meters) {
        return store().lease(caller, List.of(meters), request)
                .toCompletableFuture()
                .join();
    }

    private static LeaseRequest upTo(long most) {
        return new LeaseRequest(1, most, 1, Unused.NONE);
    }

    private List<Long> left(Meter... meters) {
        return store().usage(caller, List.of(meters)).toCompletableFuture().join().states().stream()
                .map(Decision.State::remaining)
                .toList();
    }

    @Test
    void aLeaseIsCountedBeforeItIsUsed() {
        Grant grant = lease(upTo(10), minute(100), hour(1000));
        assertThat(grant.permits()).isEqualTo(10);
        assertThat(grant.decision().states())
                .extracting(Decision.State::remaining)
                .containsExactly(90L, 990L);
        assertThat(left(minute(100), hour(1000))).containsExactly(90L, 990L);
    }

    @Test
    void beyondTheLeastNoMoreIsGrantedThanANodesShare() {
        assertThat(lease(new LeaseRequest(1, 10, 3, Unused.NONE), minute(12)).permits())
                .isEqualTo(4);
        assertThat(lease(new LeaseRequest(3, 10, 5, Unused.NONE), minute(12)).permits())
                .isEqualTo(3);
        assertThat(left(minute(12))).containsExactly(5L);
    }

    @Test
    void ofSeveralWindowsTheOneWithTheLeastRoomDecides() {
        assertThat(lease(upTo(50), minute(100), hour(12)).permits()).isEqualTo(12);
        assertThat(left(minute(100), hour(12))).containsExactly(88L, 0L);
        Grant refused = lease(upTo(50), minute(100), hour(12));
        assertThat(refused.permits()).isZero();
        assertThat(refused.decision().granted()).isFalse();
        assertThat(left(minute(100))).as("nothing of a refusal stays counted").containsExactly(88L);
    }

    @Test
    void noLeaseLivesOnIntoTheNextWindow() {
        clock.advance(Duration.ofMillis(49_900));
        assertThat(lease(upTo(10), minute(100)).permits()).isEqualTo(1);
        clock.advance(Duration.ofMillis(100));
        assertThat(lease(upTo(10), minute(100)).permits()).isEqualTo(10);
    }

    @Test
    void whatWasNotUsedGoesBackAloneOrWithTheNextQuestion() {
        Grant first = lease(upTo(10), minute(100), hour(1000));
        store().giveBack(caller, List.of(minute(100), hour(1000)), Unused.of(4, first))
                .toCompletableFuture()
                .join();
        assertThat(left(minute(100), hour(1000))).containsExactly(94L, 994L);
        lease(new LeaseRequest(1, 1, 1, Unused.of(3, first)), minute(100), hour(1000));
        // No request waits for what goes back, so it travels apart from the question and may arrive after the answer.
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .untilAsserted(() -> assertThat(left(minute(100), hour(1000))).containsExactly(96L, 996L));
        clock.advance(Duration.ofMinutes(1));
        lease(upTo(5), minute(100), hour(1000));
        store().giveBack(caller, List.of(minute(100), hour(1000)), Unused.of(3, first))
                .toCompletableFuture()
                .join();
        assertThat(left(minute(100), hour(1000))).as("the minute is another").containsExactly(95L, 994L);
    }

    @Test
    void whatAShadowNoLongerCountsIsNotLeasedAhead() {
        Meter shadow = window(1, Duration.ofMinutes(1), false);
        assertThat(lease(upTo(10), shadow).permits()).isEqualTo(1);
        Grant over = lease(upTo(10), shadow);
        assertThat(over.permits()).isEqualTo(1);
        assertThat(over.decision().states()).containsExactly(new Decision.State(0, 50_000, true));
        store().giveBack(caller, List.of(shadow), Unused.of(1, over))
                .toCompletableFuture()
                .join();
        assertThat(left(shadow)).as("it had not been counted").containsExactly(0L);
    }

    /** Three nodes that lease, pause, die and come back: in each window no more than its quota, and hardly less. */
    @Test
    void nodesTogetherGrantEachWindowsQuotaAndNoMore() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Meter> meters = List.of(minute(60), hour(500));
        LeasingLimitStore[] nodes = new LeasingLimitStore[3];
        Arrays.setAll(nodes, i -> node());
        Map<Long, Integer> minutes = new TreeMap<>();
        Map<Long, Integer> hours = new TreeMap<>();
        while (clock.millis() < START + Duration.ofMinutes(70).toMillis()) {
            int one = random.nextInt(nodes.length);
            for (int i = random.nextInt(8); i >= 0; i--) {
                int permits = 1 + random.nextInt(2);
                Decision near = nodes[one].takeNear(caller, meters, permits);
                Decision decision = near != null
                        ? near
                        : nodes[one]
                                .take(caller, meters, permits)
                                .toCompletableFuture()
                                .join();
                if (decision.granted()) {
                    minutes.merge(clock.millis() / 60_000, permits, Integer::sum);
                    hours.merge(clock.millis() / 3_600_000, permits, Integer::sum);
                }
            }
            if (random.nextInt(200) == 0) {
                // What it held is lost until its windows end.
                nodes[one] = node();
            }
            clock.advance(Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(120)));
            for (LeasingLimitStore node : nodes) {
                node.sweep();
            }
        }
        assertThat(minutes.values()).as("seed %d", seed).allMatch(count -> count <= 60);
        assertThat(hours.values()).as("seed %d", seed).allMatch(count -> count <= 500);
        assertThat(hours.get(START / 3_600_000)).as("seed %d", seed).isGreaterThan(450);
    }

    private LeasingLimitStore node() {
        return new LeasingLimitStore(store(), () -> 3, clock, 1 << 20);
    }
}
