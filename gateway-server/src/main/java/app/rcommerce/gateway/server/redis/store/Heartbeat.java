package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat of this node: it tells Redis each second that the node is alive, and reads how many nodes are. Safe for
 * any thread.
 */
public final class Heartbeat implements AutoCloseable {

    private static final long FIRST_MILLIS = 200;
    private static final long BEAT_MILLIS = 1000;
    private static final String SILENCE_MILLIS = "5000";
    private static final Script SCRIPT = Script.load(Heartbeat.class, "heartbeat.lua");

    private final Link link;
    private final CommandDispatcher dispatcher;
    private final EventLoop loop;
    private final String key;
    private final String self = newName();
    private volatile int nodes;
    private volatile @Nullable ScheduledFuture<?> timer;

    /** The heartbeat on an event loop. */
    public Heartbeat(Link link, CommandDispatcher dispatcher, EventLoop loop, KeyTemplates keys) {
        this.link = link;
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.key = keys.nodes();
    }

    /** The name of this node among those that share the store. */
    public String self() {
        return self;
    }

    /** The number of nodes that were alive when Redis was last asked; 0 while it has not answered. */
    public int nodes() {
        return nodes;
    }

    /** Begins to tell Redis that the node is alive. */
    public void start() {
        timer = new Chore("the heartbeat", this::beat).every(loop, FIRST_MILLIS, BEAT_MILLIS);
    }

    private void beat() {
        if (link.master(key) == null) {
            return;
        }
        dispatcher
                .ask(SCRIPT.call(CommandPurpose.HEARTBEAT, key, self, SILENCE_MILLIS))
                .whenComplete((answer, failure) -> {
                    if (answer instanceof List<?> counted && counted.getFirst() instanceof Long alive) {
                        nodes = Math.clamp(alive, 1, Integer.MAX_VALUE);
                    }
                });
    }

    private static String newName() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    @Override
    public void close() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }
}
