package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.topic.PresenceStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who hears topics, in Redis: a hash for each topic with a field for each node, which holds until when it is believed
 * by Redis's own clock, how many clients are not named, and the names. Safe for any thread.
 */
final class RedisPresenceStore implements PresenceStore {

    private static final Script SCRIPT = Script.load(RedisPresenceStore.class, "presence.lua");

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;

    RedisPresenceStore(CommandDispatcher dispatcher, KeyTemplates keys) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.presence(), "{topic}");
    }

    @Override
    public CompletionStage<Void> tell(String topic, String node, Presence there, Duration life) {
        boolean nobody = there.who().isEmpty() && there.others() == 0;
        return CommandResults.done(dispatcher.ask(SCRIPT.call(
                CommandPurpose.PRESENCE,
                keys.key(topic),
                node,
                nobody ? "" : there.others() + " " + String.join(" ", there.who()),
                Long.toString(life.toMillis()))));
    }

    @Override
    public CompletionStage<Presence> find(String topic) {
        return CommandResults.read(
                dispatcher.ask(SCRIPT.call(CommandPurpose.PRESENCE, keys.key(topic))), RedisPresenceStore::read);
    }

    private static Presence read(@Nullable Object answer) {
        List<Presence> nodes = new ArrayList<>();
        if (answer instanceof List<?> texts) {
            for (Object one : texts) {
                if (one instanceof String text) {
                    String[] parts = text.split(" ");
                    if (parts.length > 0 && parts[0].matches("[0-9]{1,15}")) {
                        nodes.add(
                                new Presence(Arrays.asList(parts).subList(1, parts.length), Long.parseLong(parts[0])));
                    }
                }
            }
        }
        return PresenceStore.joined(nodes);
    }
}
