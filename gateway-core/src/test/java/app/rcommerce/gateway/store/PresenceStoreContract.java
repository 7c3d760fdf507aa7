package app.rcommerce.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.topic.PresenceStore;
import app.rcommerce.gateway.store.topic.PresenceStore.Presence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link PresenceStore} must do; the store of each test is empty at first. */
public abstract class PresenceStoreContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(150);

    /** The store. */
    protected abstract PresenceStore store();

    /** Its time. */
    protected abstract Passage time();

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private void tell(String topic, String node, Duration life, long others, String... who) {
        now(store().tell(topic, node, new Presence(List.of(who), others), life));
    }

    @Test
    void thoseOfAllNodesAreFoundOnce() {
        tell("room", "a", HOUR, 2, "user:ana", "user:bob");
        tell("room", "b", HOUR, 1, "user:bob", "user:eve");
        tell("hall", "a", HOUR, 0, "user:kim");
        Presence found = now(store().find("room"));
        assertThat(found.who()).containsExactlyInAnyOrder("user:ana", "user:bob", "user:eve");
        assertThat(found.others()).isEqualTo(3);
        assertThat(now(store().find("yard"))).isEqualTo(Presence.NOBODY);
    }

    @Test
    void whatANodeTellsReplacesWhatItHasTold() {
        tell("room", "a", HOUR, 0, "user:ana");
        tell("room", "a", HOUR, 7);
        assertThat(now(store().find("room"))).isEqualTo(new Presence(List.of(), 7));
        tell("room", "a", HOUR, 0);
        assertThat(now(store().find("room"))).isEqualTo(Presence.NOBODY);
    }

    @Test
    void aNodeThatTellsNoMoreIsForgotten() {
        tell("room", "a", SOON, 0, "user:ana");
        tell("room", "b", HOUR, 0, "user:bob");
        time().within(SOON, () -> assertThat(now(store().find("room")).who()).containsExactly("user:bob"));
    }
}
