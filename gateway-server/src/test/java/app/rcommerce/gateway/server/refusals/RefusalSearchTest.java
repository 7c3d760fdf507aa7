package app.rcommerce.gateway.server.refusals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.memory.MemoryNodeChannel;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.node.NodeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RefusalSearchTest {

    private static final Finished.Protocol HTTP = new Finished.Protocol("http/1.1", "", "");

    private final NodeChannel channel = new MemoryNodeChannel();
    private final RecentRefusals mine = new RecentRefusals(16);
    private final RecentRefusals theirs = new RecentRefusals(16);
    private final RefusalSearch here = new RefusalSearch("web-1/1", mine, channel, () -> 1);

    private static Finished refused(String id, String path, Reason reason) {
        return new Finished(
                1_767_225_600_007L,
                0,
                null,
                id,
                "203.0.113.9",
                HTTP,
                "GET",
                "shop.example",
                path,
                "products",
                429,
                "RATE_LIMIT_EXCEEDED",
                "",
                "",
                "",
                "",
                reason,
                0,
                0);
    }

    private static Finished refused(String id) {
        return refused(
                id,
                "/p",
                new Reason.OverLimit(
                        "anonymous", "minute", Identifier.ip("203.0.113.9"), Reason.Counted.LEASED, 60, 0, 56_100));
    }

    private Map<String, Object> find(String id) {
        return here.find(id).toCompletableFuture().join();
    }

    @Test
    void whatThisNodeRemembersIsNotAskedFor() {
        List<String> asked = new ArrayList<>();
        channel.listen("why", asked::add);
        mine.finished(refused("req_1"));
        assertThat(find("req_1")).containsEntry("node", "web-1/1");
        assertThat(asked).isEmpty();
    }

    @Test
    void whatAnotherNodeRemembersIsFound() {
        new RefusalSearch("web-2/7", theirs, channel, () -> 1);
        theirs.finished(refused("req_1"));
        Map<String, Object> decision = find("req_1");
        assertThat(decision)
                .containsEntry("node", "web-2/7")
                .containsKeys("limit", "window", "key", "counted", "quota", "remaining", "retry_after");
        assertThat(decision.get("until")).isEqualTo("2026-01-01T00:00:57.007Z");
        assertThat(decision.get("key")).hasToString("\"ip:203.0.113.9\"");
    }

    @Test
    void whatNobodyRemembersIsNotFoundOnceAllHaveSaidSo() {
        new RefusalSearch("web-2/7", theirs, channel, () -> 1);
        assertThat(here.find("req_1").toCompletableFuture()).isCompletedWithValue(null);
    }

    @Test
    void aNodeThatDoesNotAnswerIsWaitedForAMomentOnly() {
        assertThat(find("req_1")).isNull();
    }

    @Test
    void whereTheOthersAreNotCountedNoneSpeaksForAll() {
        RefusalSearch started = new RefusalSearch("web-3/9", mine, channel, () -> RefusalSearch.UNCOUNTED);
        new RefusalSearch("web-2/7", theirs, channel, () -> 2);
        theirs.finished(refused("req_1"));
        // The one named here answers first, and knows nothing.
        assertThat(started.find("req_1").toCompletableFuture().join()).containsEntry("node", "web-2/7");
    }

    @Test
    void aNodeAloneAsksNobody() {
        RefusalSearch alone = new RefusalSearch("web-1/1", mine, channel, () -> 0);
        assertThat(alone.find("req_1").toCompletableFuture()).isCompletedWithValue(null);
    }

    @Test
    void whereTheOthersCannotBeAskedTheSearchFails() {
        NodeChannel away = new NodeChannel() {
            @Override
            public CompletionStage<Void> publish(String topic, String text) {
                return CompletableFuture.failedFuture(new StoreUnavailable("away"));
            }

            @Override
            public void listen(String topic, MessageListener listener) {}
        };
        CompletableFuture<?> found =
                new RefusalSearch("web-1/1", mine, away, () -> 1).find("req_1").toCompletableFuture();
        assertThatThrownBy(found::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreUnavailable.class);
    }

    @Test
    void theLongestLineFitsIntoAMessage() {
        new RefusalSearch("w".repeat(64) + "/4194304", theirs, channel, () -> 1);
        theirs.finished(refused(
                "r".repeat(128),
                "/\u00e9".repeat(5_000),
                new Reason.Blocked("entry", "user:" + "\u00e9".repeat(512), "\u00e9".repeat(5_000))));
        List<String> answers = new ArrayList<>();
        channel.listen("why-answer", answers::add);
        assertThat(find("r".repeat(128)).get("blocked_by")).hasToString("\"entry\"");
        assertThat(answers).singleElement().asString().hasSizeLessThan(NodeMessage.LONGEST_TEXT);
    }

    @Test
    void whatIsNoAnswerIsNoAnswer() {
        NodeChannel.MessageListener forger =
                text -> channel.publish("why-answer", text.split(" ", 2)[0] + " evil no json");
        channel.listen("why", forger);
        assertThat(find("req_1")).isNull();
        channel.publish("why-answer", "");
        channel.publish("why", "");
        channel.publish("why", "nospace");
    }

    @Test
    void aTimeWithoutAnEndIsShownWithoutOne() {
        NodeChannel.MessageListener forger = text -> channel.publish(
                "why-answer",
                text.split(" ", 2)[0]
                        + " evil {\"time\":\"+1000000000-12-31T23:59:59.999999999Z\",\"retry_after\":2147483647}");
        channel.listen("why", forger);
        assertThat(find("req_1")).containsEntry("node", "evil").doesNotContainKey("until");
    }
}
