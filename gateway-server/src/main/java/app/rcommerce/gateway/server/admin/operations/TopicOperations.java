package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.route.RoutedTopics;
import app.rcommerce.gateway.server.admin.operations.Operations.HeardTopic;
import app.rcommerce.gateway.server.admin.operations.Operations.Publication;
import app.rcommerce.gateway.server.admin.operations.Operations.TopicView;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.topic.PresenceStore.Presence;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicRule;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations on topics. Safe for any thread. */
final class TopicOperations {

    private static final Logger LOG = LoggerFactory.getLogger(TopicOperations.class);

    private final GatewayOperations.Dependencies dependencies;
    private final GatewayControl gateway;

    TopicOperations(GatewayOperations.Dependencies dependencies, GatewayControl gateway) {
        this.dependencies = dependencies;
        this.gateway = gateway;
    }

    private Stores stores() {
        return dependencies.backend().stores();
    }

    private @Nullable TopicRule rule(String name) {
        GatewayConfig config = gateway.loaded().get().config();
        return RoutedTopics.find(config.routes(), name);
    }

    CompletionStage<@Nullable Publication> publish(String name, String data) {
        TopicRule rule = rule(name);
        if (rule == null) {
            return CompletableFuture.completedFuture(null);
        }
        return stores().topics().publish(rule.feed(name), data).thenApply(position -> {
            LOG.info("admin: {} characters published on {}", data.length(), name);
            return new Publication(name, text(position));
        });
    }

    CompletionStage<@Nullable TopicView> show(String name) {
        TopicRule rule = rule(name);
        if (rule == null) {
            return CompletableFuture.completedFuture(null);
        }
        TopicFeed feed = rule.feed(name);
        HeardTopic here = gateway.heardTopics().get().stream()
                .filter(topic -> topic.topic().equals(name))
                .findFirst()
                .orElse(new HeardTopic(name, 0, "not heard", null));
        CompletionStage<Presence> presence =
                rule.presence() ? stores().presence().find(name) : CompletableFuture.completedFuture(Presence.NOBODY);
        return stores().topics()
                .newest(feed)
                .thenCombine(
                        presence,
                        (newest, there) -> new TopicView(
                                name,
                                feed.channel(),
                                feed.history().messages(),
                                feed.history().age().toSeconds(),
                                text(newest.end()),
                                here.clients(),
                                here.state(),
                                rule.presence() ? there.who() : null,
                                rule.presence() ? there.others() : null));
    }

    private static @Nullable String text(@Nullable Position position) {
        return position == null ? null : position.toString();
    }
}
