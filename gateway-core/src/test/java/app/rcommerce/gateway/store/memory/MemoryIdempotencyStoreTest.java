package app.rcommerce.gateway.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.idempotency.Claim;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore.Begun;
import app.rcommerce.gateway.store.idempotency.IdempotencyStoreContract;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryIdempotencyStoreTest extends IdempotencyStoreContract {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final HandClock clock = new HandClock();
    private final IdempotencyStore store = new MemoryIdempotencyStore(clock, 1_000, 1 << 20);

    @Override
    protected IdempotencyStore store() {
        return store;
    }

    @Override
    protected Passage time() {
        return Passage.of(clock);
    }

    private static Begun begin(IdempotencyStore in, Claim claim) {
        return now(in.begin(claim, MINUTE));
    }

    private static void answer(IdempotencyStore in, String key, String body) {
        Claim claim = claim(key, "r", key);
        assertThat(begin(in, claim)).isEqualTo(new Begun.First());
        assertThat(now(in.finish(claim, paid(body), MINUTE))).isTrue();
    }

    @Test
    void theOldestAnswersLeaveWhereThereAreTooMany() {
        IdempotencyStore small = new MemoryIdempotencyStore(clock, 2, 1 << 20);
        answer(small, "a", "1");
        answer(small, "b", "2");
        answer(small, "c", "3");

        assertAnswered(begin(small, claim("b", "r", "x")), paid("2"));
        assertAnswered(begin(small, claim("c", "r", "x")), paid("3"));
        assertThat(begin(small, claim("a", "r", "x"))).isEqualTo(new Begun.First());
    }

    @Test
    void theOldestAnswersLeaveWhereTheyAreTooLarge() {
        IdempotencyStore small = new MemoryIdempotencyStore(clock, 100, 10_000);
        String large = "x".repeat(4_000);
        answer(small, "a", large);
        answer(small, "b", large);
        answer(small, "c", large);

        assertAnswered(begin(small, claim("c", "r", "x")), paid(large));
        assertThat(begin(small, claim("a", "r", "x"))).isEqualTo(new Begun.First());
    }

    @Test
    void anAnswerThatIsLargerThanTheStoreLeavesTheKeyFree() {
        IdempotencyStore small = new MemoryIdempotencyStore(clock, 100, 10_000);
        Claim claim = claim("a", "r", "1");
        begin(small, claim);

        assertThat(now(small.finish(claim, paid("x".repeat(10_000)), MINUTE))).isFalse();

        assertThat(begin(small, claim("a", "r", "2"))).isEqualTo(new Begun.First());
    }

    @Test
    void requestsUnderWayDoNotLeave() {
        IdempotencyStore small = new MemoryIdempotencyStore(clock, 2, 1 << 20);
        begin(small, claim("a", "r", "1"));
        begin(small, claim("b", "r", "1"));

        assertThat(small.begin(claim("c", "r", "1"), MINUTE))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StoreUnavailable.class);
        assertThat(begin(small, claim("a", "r", "2"))).isEqualTo(new Begun.InProgress());

        clock.advance(MINUTE);
        assertThat(begin(small, claim("c", "r", "1"))).isEqualTo(new Begun.First());
    }
}
