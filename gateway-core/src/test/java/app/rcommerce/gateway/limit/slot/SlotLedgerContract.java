package app.rcommerce.gateway.limit.slot;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.slot.SlotLedger.SlotClaim;
import app.rcommerce.gateway.store.Passage;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link SlotLedger} must do, as two nodes write it. */
public abstract class SlotLedgerContract {

    private final Identifier caller = Identifier.user("u" + Long.toHexString(new Random().nextLong()));

    private long claims;

    /** The ledger as a node writes it. */
    protected abstract SlotLedger of(String node, Duration life);

    /** Its time. */
    protected abstract Passage time();

    private int hold(String node, int wanted, int used, int most) {
        return hold(node, wanted, used, most, Duration.ofSeconds(10));
    }

    private int hold(String node, int wanted, int used, int most, Duration life) {
        return of(node, life)
                .hold(caller, "a", new SlotClaim(wanted, used, most, ++claims))
                .toCompletableFuture()
                .join();
    }

    private int held() {
        return of("x", Duration.ofSeconds(10))
                .held(caller, "a")
                .toCompletableFuture()
                .join();
    }

    @Test
    void nodesHoldTogetherNoMoreThanTheBound() {
        assertThat(hold("one", 4, 0, 10)).isEqualTo(4);
        assertThat(hold("two", 9, 0, 10)).isEqualTo(6);
        assertThat(hold("one", 5, 4, 10)).isEqualTo(4);
        assertThat(held()).isEqualTo(10);
    }

    @Test
    void whatIsHeldIsWrittenAnewNotAdded() {
        assertThat(hold("one", 4, 0, 10)).isEqualTo(4);
        assertThat(hold("one", 4, 0, 10)).isEqualTo(4);
        assertThat(hold("one", 2, 2, 10)).isEqualTo(2);
        assertThat(held()).isEqualTo(2);
        assertThat(hold("one", 0, 0, 10)).isZero();
        assertThat(held()).isZero();
    }

    private int overtaken(int wanted, long number) {
        return of("one", Duration.ofSeconds(10))
                .hold(caller, "a", new SlotClaim(wanted, 0, 5, number))
                .toCompletableFuture()
                .join();
    }

    @Test
    void aClaimThatALaterOneHasOvertakenCountsForNothing() {
        assertThat(overtaken(5, 12)).isEqualTo(5);
        assertThat(overtaken(0, 11)).as("what the node holds").isEqualTo(5);
        assertThat(held()).isEqualTo(5);
        assertThat(hold("two", 5, 0, 5)).as("nothing is free").isZero();
        assertThat(overtaken(0, 13)).isZero();
        assertThat(overtaken(5, 12))
                .as("also where the later one gave everything back")
                .isZero();
        assertThat(hold("two", 5, 0, 5)).isEqualTo(5);
    }

    @Test
    void whatIsInUseIsThereWhateverTheBound() {
        hold("one", 4, 4, 4);
        assertThat(hold("two", 3, 2, 4)).isEqualTo(2);
        assertThat(held()).isEqualTo(6);
        assertThat(hold("three", 1, 0, 4)).isZero();
    }

    @Test
    void bucketsAreApart() {
        hold("one", 4, 0, 4);
        assertThat(of("one", Duration.ofSeconds(10))
                        .hold(caller, "b", new SlotClaim(4, 0, 4, ++claims))
                        .toCompletableFuture()
                        .join())
                .isEqualTo(4);
        assertThat(held()).isEqualTo(4);
    }

    @Test
    void thePlacesOfANodeThatIsSilentComeBack() {
        hold("dead", 3, 3, 3, Duration.ofMillis(300));
        assertThat(hold("two", 1, 0, 3, Duration.ofMillis(300))).isZero();
        time().within(
                        Duration.ofMillis(300),
                        () -> assertThat(hold("two", 3, 0, 3, Duration.ofMillis(300)))
                                .isEqualTo(3));
    }

    @Test
    void aNodeThatIsHeardKeepsItsPlaces() {
        hold("one", 3, 3, 3, Duration.ofMillis(400));
        for (int i = 0; i < 6; i++) {
            time().idle(Duration.ofMillis(100));
            assertThat(hold("one", 3, 3, 3, Duration.ofMillis(400))).isEqualTo(3);
            assertThat(hold("two", 1, 0, 3, Duration.ofMillis(400))).isZero();
        }
    }
}
