package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.WebSocketRule;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.TopicRule;
import app.rcommerce.gateway.topic.TopicRules;
import java.util.List;
import java.util.Objects;

/** The settings of routes with topics. Stateless. */
final class TopicTree {

    private TopicTree() {}

    static void events(TableTree tree, Handler.Events events) {
        WebSocketRule rule = events.connections();
        tree.put("handler", "events")
                .put("topics", topics(events.topics(), true))
                .put("max_topics", events.maxTopics())
                .size("queue", events.queue())
                .time("heartbeat", events.heartbeat())
                .table(
                        "websocket",
                        new TableTree()
                                .put("max_per_address", rule.maxPerAddress())
                                .put("max_per_identity", rule.maxPerIdentity())
                                .put("max_in_all", rule.maxInAll())
                                .put(
                                        "messages",
                                        Objects.requireNonNull(rule.messages()).text())
                                .size("max_message", rule.maxMessage())
                                .put("origins", rule.origins().isEmpty() ? null : rule.origins()));
    }

    static void publish(TableTree tree, Handler.Publish publish) {
        tree.put("handler", "publish")
                .put("topics", topics(publish.topics(), false))
                .size("max_message", publish.maxMessage());
    }

    private static List<?> topics(TopicRules rules, boolean heard) {
        return rules.rules().stream().map(rule -> topic(rule, heard).values()).toList();
    }

    private static TableTree topic(TopicRule rule, boolean heard) {
        TableTree tree = new TableTree().put("name", rule.template());
        if (!rule.scopes().isEmpty()) {
            tree.texts("scopes", rule.scopes());
        }
        tree.put("channel", rule.channel())
                .put("delivery", rule.reliable() ? "reliable" : null)
                .table("history", history(rule.history()));
        if (heard) {
            tree.put("mode", rule.latest() ? "latest" : "all").put("presence", rule.presence());
        }
        return tree;
    }

    private static TableTree history(History history) {
        TableTree tree = new TableTree().put("messages", history.messages());
        return history.isKept() ? tree.time("age", history.age()) : tree;
    }
}
