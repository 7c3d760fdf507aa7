package app.rcommerce.gateway.store.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.store.Passage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link NodeChannel} must do, between two nodes; where there is only one, both are the same. */
public abstract class NodeChannelContract {

    /** The channel of a node. */
    protected abstract NodeChannel here();

    /** The channel of another. */
    protected abstract NodeChannel there();

    /** Its time. */
    protected abstract Passage time();

    private static void publish(NodeChannel nodeChannel, String topic, String text) {
        nodeChannel.publish(topic, text).toCompletableFuture().join();
    }

    private static List<String> heard(NodeChannel nodeChannel, String topic) {
        List<String> heard = new CopyOnWriteArrayList<>();
        nodeChannel.listen(topic, heard::add);
        return heard;
    }

    private void soon(Runnable assertion) {
        time().within(Duration.ZERO, assertion);
    }

    @Test
    void everyNodeHearsAMessage() {
        List<String> here = heard(here(), "limit-reset");
        List<String> there = heard(there(), "limit-reset");
        publish(here(), "limit-reset", "user:42");
        soon(() -> assertThat(here).containsExactly("user:42"));
        soon(() -> assertThat(there).containsExactly("user:42"));
    }

    @Test
    void onlyThoseOfItsTopicAreTold() {
        List<String> bans = heard(there(), "ban");
        List<String> alsoBans = heard(there(), "ban");
        List<String> purges = heard(there(), "purge");
        publish(here(), "purge", "");
        publish(here(), "nobody-listens", "x");
        publish(here(), "ban", "ip:203.0.113.9");
        soon(() -> assertThat(alsoBans).containsExactly("ip:203.0.113.9"));
        assertThat(bans).containsExactly("ip:203.0.113.9");
        assertThat(purges).containsExactly("");
    }

    @Test
    void messagesKeepTheirOrder() {
        List<String> heard = heard(there(), "ban");
        List<String> sent = new ArrayList<>();
        IntStream.range(0, 100).mapToObj(Integer::toString).forEach(text -> {
            sent.add(text);
            publish(here(), "ban", text);
        });
        soon(() -> assertThat(heard).isEqualTo(sent));
    }

    @Test
    void whatIsNoMessageIsNotPublished() {
        assertThatThrownBy(() -> here().publish("no topic", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> here().publish("ban", "x".repeat(NodeMessage.LONGEST_TEXT + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
