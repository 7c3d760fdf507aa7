package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.node.Audience;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.node.NodeMessage;
import java.util.concurrent.CompletionStage;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channel for messages between nodes, over a channel of Redis. In a cluster messages go to the master that a key of
 * the channel's name would belong to, and are read from it alone, so that none arrives twice and none depends on the
 * cluster's bus. Safe for any thread.
 */
public final class RedisNodeChannel implements NodeChannel {

    private static final Logger LOG = LoggerFactory.getLogger(RedisNodeChannel.class);

    private final CommandDispatcher dispatcher;
    private final String channel;
    private final Audience audience = new Audience();

    public RedisNodeChannel(CommandDispatcher dispatcher, KeyTemplates keys) {
        this.dispatcher = dispatcher;
        this.channel = keys.events();
    }

    /** The name of the channel. */
    public String channel() {
        return channel;
    }

    @Override
    public CompletionStage<Void> publish(String topic, String text) {
        String line = new NodeMessage(topic, text).toString();
        return CommandResults.done(dispatcher.ask(Command.of(
                CommandPurpose.PUBLISH, channel, RedisCommands.PUBLISH, StringCodec.INSTANCE, channel, line)));
    }

    @Override
    public void listen(String topic, MessageListener listener) {
        audience.add(topic, listener);
    }

    /** Called when a line has arrived on the channel, whoever wrote it. */
    public void arrived(String line) {
        NodeMessage message = NodeMessage.parse(line);
        if (message != null) {
            guarded(() -> audience.tell(message));
        }
    }

    /** Called when the subscription to the channel has begun. */
    public void begun() {
        guarded(audience::missed);
    }

    /** Runs a listener's callback and logs its failure, which must not end the connection. */
    private static void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.error("a listener to messages of other nodes failed", e);
        }
    }
}
