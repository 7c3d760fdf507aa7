package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link TicketKeyStore} must do; the store of each test is empty at first. */
public abstract class TicketKeyStoreContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(150);

    /** The store. */
    protected abstract TicketKeyStore store();

    /** Its time. */
    protected abstract Passage time();

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void theFirstKeyOfAPeriodIsEverybodys() {
        assertThat(now(store().keep(7, "mine", HOUR))).isEqualTo("mine");
        assertThat(now(store().keep(7, "another's", HOUR))).isEqualTo("mine");
    }

    @Test
    void eachPeriodHasAKeyOfItsOwn() {
        now(store().keep(7, "mine", HOUR));
        assertThat(now(store().keep(8, "next", HOUR))).isEqualTo("next");
        assertThat(now(store().keep(-1, "before", HOUR))).isEqualTo("before");
        assertThat(now(store().keep(7, "other", HOUR))).isEqualTo("mine");
    }

    @Test
    void aKeyEndsByItself() {
        now(store().keep(7, "mine", SOON));
        time().within(
                        SOON,
                        () -> assertThat(now(store().keep(7, "another's", HOUR)))
                                .isEqualTo("another's"));
    }

    @Test
    void aKeyThatEndsAtOnceWasKeptAllTheSame() {
        for (int i = 0; i < 20; i++) {
            assertThat(now(store().keep(7, "brief", Duration.ofMillis(1)))).isEqualTo("brief");
        }
    }

    @Test
    void whoAsksAtTheSameTimeHasTheSameKey() {
        Set<String> keys = new HashSet<>(
                IntStream.range(0, 50)
                        .mapToObj(i -> store().keep(9, "key " + i, HOUR).toCompletableFuture())
                        .toList()
                        .stream()
                        .map(stage -> now(stage))
                        .toList());
        assertThat(keys).hasSize(1);
    }
}
