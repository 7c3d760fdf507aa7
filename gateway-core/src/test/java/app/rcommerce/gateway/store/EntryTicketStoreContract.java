package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.topic.EntryTicketStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link EntryTicketStore} must do; the store of each test is empty at first. */
public abstract class EntryTicketStoreContract {

    private static final String ANA = "a".repeat(64);
    private static final String BOB = "b".repeat(64);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(150);

    /** The store. */
    protected abstract EntryTicketStore store();

    /** Its time. */
    protected abstract Passage time();

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void aTicketIsTakenOnce() {
        now(store().put("d1", ANA, "user=ana&route=events", HOUR));
        now(store().put("d2", BOB, "user=bob", HOUR));
        assertThat(now(store().take("d1"))).isEqualTo("user=ana&route=events");
        assertThat(now(store().take("d1"))).isNull();
        assertThat(now(store().take("d2"))).isEqualTo("user=bob");
    }

    @Test
    void whoHasNoneGetsNothing() {
        assertThat(now(store().take("d1"))).isNull();
    }

    @Test
    void aTicketEndsByItself() {
        now(store().put("d1", ANA, "user=ana", SOON));
        time().within(SOON, () -> assertThat(now(store().take("d1"))).isNull());
    }

    @Test
    void ofManyWhoTakeItAtOnceOneGetsIt() {
        now(store().put("d1", ANA, "user=ana", HOUR));
        List<CompletableFuture<String>> all = IntStream.range(0, 50)
                .mapToObj(i -> store().take("d1").toCompletableFuture())
                .toList();
        assertThat(all.stream().map(CompletableFuture::join).filter(Objects::nonNull))
                .hasSize(1);
    }

    private boolean put(int number, String owner, Duration life) {
        return now(store().put("d" + number, owner, "user=ana", life));
    }

    @Test
    void nobodyHasMoreThanSoManyThatAreNotUsed() {
        for (int i = 0; i < EntryTicketStore.MOST_OF_ONE; i++) {
            assertThat(put(i, ANA, HOUR)).isTrue();
        }
        assertThat(put(100, ANA, HOUR)).isFalse();
        assertThat(now(store().take("d100"))).isNull();
        assertThat(put(200, BOB, HOUR)).as("anybody else").isTrue();
        assertThat(now(store().take("d7"))).isEqualTo("user=ana");
        time().within(SOON, () -> assertThat(put(101, ANA, HOUR)).isTrue());
        assertThat(put(102, ANA, HOUR)).isFalse();
        assertThat(now(store().take("d101"))).isEqualTo("user=ana");
    }

    @Test
    void ticketsThatAreOverCountNoMore() {
        for (int i = 0; i < EntryTicketStore.MOST_OF_ONE; i++) {
            assertThat(put(i, ANA, i == 0 ? SOON : HOUR)).isTrue();
        }
        time().within(SOON, () -> assertThat(put(100, ANA, HOUR)).isTrue());
        assertThat(put(101, ANA, HOUR)).isFalse();
    }
}
