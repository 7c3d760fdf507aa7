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
        now(store().put("d1", "user=ana&route=events", HOUR));
        now(store().put("d2", "user=bob", HOUR));
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
        now(store().put("d1", "user=ana", SOON));
        time().within(SOON, () -> assertThat(now(store().take("d1"))).isNull());
    }

    @Test
    void ofManyWhoTakeItAtOnceOneGetsIt() {
        now(store().put("d1", "user=ana", HOUR));
        List<CompletableFuture<String>> all = IntStream.range(0, 50)
                .mapToObj(i -> store().take("d1").toCompletableFuture())
                .toList();
        assertThat(all.stream().map(CompletableFuture::join).filter(Objects::nonNull))
                .hasSize(1);
    }
}
