package app.rcommerce.gateway.limit.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.ConcurrencyStore;
import app.rcommerce.gateway.store.ConcurrencyStoreContract;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.Slot;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LeasingConcurrencyStoreTest extends ConcurrencyStoreContract {

    private static final Duration LIFE = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofMillis(LeasingConcurrencyStore.SWEEP_MILLIS);
    private static final Identifier ANA = Identifier.user("ana");

    private final HandClock clock = new HandClock();
    private final SlotTable table = new SlotTable(clock);
    private final LeasingConcurrencyStore here = new LeasingConcurrencyStore(table.of("here", LIFE), clock);
    private final LeasingConcurrencyStore there = new LeasingConcurrencyStore(table.of("there", LIFE), clock);

    @Override
    protected ConcurrencyStore store() {
        return here;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    @Nested
    class Ledger extends SlotLedgerContract {
        @Override
        protected SlotLedger of(String node, Duration life) {
            return table.of(node, life);
        }

        @Override
        protected Passage time() {
            return Passage.of(clock);
        }
    }

    private static CompletableFuture<@Nullable Slot> enter(ConcurrencyStore store, int most) {
        return store.enter(ANA, "a", most).toCompletableFuture();
    }

    private int held() {
        return here.inFlight(ANA, "a").toCompletableFuture().join();
    }

    @Test
    void nodesShareTheBoundAndAPlaceThatIsLeftOnOneIsFreeOnTheOther() {
        Slot one = enter(here, 2).join();
        assertThat(enter(there, 2).join()).isNotNull();
        assertThat(enter(there, 2).join()).isNull();
        assertThat(enter(here, 2).join()).isNull();
        one.leave();
        assertThat(enter(there, 2).join()).isNotNull();
        assertThat(enter(here, 2).join()).isNull();
    }

    @Test
    void requestsThatFindNoPlaceShareOneQuestion() {
        table.holdingBack = true;
        List<CompletableFuture<@Nullable Slot>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(enter(here, 8));
        }
        assertThat(table.claims).hasSize(1);
        table.answerAll();
        assertThat(table.claims).hasSize(2);
        assertThat(answers).allMatch(CompletableFuture::isDone);
        assertThat(answers.stream().filter(answer -> answer.join() != null)).hasSize(8);
    }

    @Test
    void anIdentifierInDemandDoesNotCostATripARequest() {
        for (int sweep = 0; sweep < 20; sweep++) {
            if (sweep == 2) {
                table.claims.clear();
            }
            for (int i = 0; i < 50; i++) {
                List<Slot> slots = List.of(
                        enter(here, 10).join(),
                        enter(here, 10).join(),
                        enter(here, 10).join());
                slots.forEach(Slot::leave);
            }
            clock.advance(SWEEP);
            here.sweep();
        }
        assertThat(table.claims.size()).isLessThanOrEqualTo(20);
        assertThat(enter(there, 7).join())
                .as("the others may have what is not needed")
                .isNotNull();
        for (int i = 0; i < 3; i++) {
            clock.advance(SWEEP);
            here.sweep();
        }
        assertThat(held()).as("nothing is kept once demand is over").isEqualTo(1);
    }

    @Test
    void aLongRequestKeepsItsPlaceAndADeadNodeLosesIts() {
        enter(here, 2).join();
        enter(there, 2).join();
        for (int i = 0; i < 300; i++) {
            clock.advance(SWEEP);
            here.sweep();
        }
        assertThat(enter(here, 2).join()).as("there has been silent for 30 s").isNotNull();
        assertThat(enter(here, 2).join()).isNull();
        assertThat(table.claims.size()).as("renewed every 3 s").isLessThan(20);
    }

    @Test
    void aPlaceThatNobodyHasRenewedIsNotUsed() {
        for (int i = 0; i < 25; i++) {
            enter(here, 5).join().leave();
        }
        clock.advance(SWEEP);
        here.sweep();
        enter(here, 5).join().leave();
        int before = table.claims.size();
        clock.advance(Duration.ofSeconds(9));
        enter(here, 5).join();
        assertThat(table.claims).hasSize(before + 1);
    }

    @Test
    void aFailureIsToldAndSetRightLater() {
        Slot slot = enter(here, 3).join();
        table.failure = new StoreUnavailable("away");
        assertThatThrownBy(() -> enter(here, 3).join()).hasCauseInstanceOf(StoreUnavailable.class);
        slot.leave();
        here.sweep();
        assertThat(held()).as("nobody could be told").isEqualTo(1);
        table.failure = null;
        clock.advance(SWEEP);
        here.sweep();
        assertThat(held()).isZero();
        assertThat(enter(here, 3).join()).isNotNull();
    }

    @Test
    void everythingGoesBackWhenTheNodeStops() {
        for (int i = 0; i < 30; i++) {
            enter(here, 5).join().leave();
        }
        here.close();
        assertThat(held()).isZero();
    }

    @Test
    void underRandomSchedulesNeverMoreThanTheBound() {
        long seed = new Random().nextLong();
        for (int i = 0; i < 200; i++) {
            schedule(new Random(seed + i), "seed " + seed + " + " + i);
        }
    }

    private void schedule(Random random, String what) {
        SlotTable shared = new SlotTable(clock);
        shared.holdingBack = true;
        List<LeasingConcurrencyStore> nodes = List.of(
                new LeasingConcurrencyStore(shared.of("a", LIFE), clock),
                new LeasingConcurrencyStore(shared.of("b", LIFE), clock),
                new LeasingConcurrencyStore(shared.of("c", LIFE), clock));
        int bound = 1 + random.nextInt(8);
        List<CompletableFuture<@Nullable Slot>> asked = new ArrayList<>();
        List<Slot> inside = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> asked.add(enter(nodes.get(random.nextInt(3)), bound));
                case 2 -> {
                    if (!inside.isEmpty()) {
                        inside.remove(random.nextInt(inside.size())).leave();
                    }
                }
                case 3, 4 -> {
                    if (!shared.pending.isEmpty()) {
                        shared.pending.removeFirst().run();
                    }
                }
                default -> {
                    clock.advance(Duration.ofMillis(random.nextInt(120)));
                    nodes.forEach(LeasingConcurrencyStore::sweep);
                }
            }
            asked.removeIf(answer -> {
                if (answer.isDone() && answer.join() != null) {
                    inside.add(answer.join());
                }
                return answer.isDone();
            });
            assertThat(inside.size()).as(what).isLessThanOrEqualTo(bound);
        }
        shared.answerAll();
        asked.stream().map(CompletableFuture::join).filter(slot -> slot != null).forEach(inside::add);
        assertThat(inside.size()).as(what).isLessThanOrEqualTo(bound);
        inside.forEach(Slot::leave);
        for (int i = 0; i < 4; i++) {
            clock.advance(SWEEP);
            nodes.forEach(LeasingConcurrencyStore::sweep);
            shared.answerAll();
        }
        assertThat(nodes.getFirst().inFlight(ANA, "a").toCompletableFuture().join())
                .as(what)
                .isZero();
    }
}
