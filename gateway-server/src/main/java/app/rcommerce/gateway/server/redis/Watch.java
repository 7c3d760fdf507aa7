package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.chore.Chore;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * Looks after the connection without any traffic: pings every master, each second while it answers and five times a
 * second while it does not, says each second that this node is alive, and looks now and then how full Redis is.
 * Confined to one event loop, but for {@link #probe}, {@link #nodes} and {@link #close}.
 */
final class Watch implements AutoCloseable {

    private static final long TICK_MILLIS = 200;
    private static final int TICKS_TO_A_BEAT = 5;
    private static final int BEATS_TO_A_LOOK = 10;
    private static final String SILENCE_MILLIS = "5000";
    private static final Script HEARTBEAT = Script.load("heartbeat.lua");

    private final Link link;
    private final Gatherer gatherer;
    private final EventLoop loop;
    private final String nodesKey;
    private final Node.Patience patience;
    private final String self = newName();
    private volatile int nodes;
    private final Evictions evictions = new Evictions();
    private volatile Memory memory = Memory.UNKNOWN;
    private volatile @Nullable ScheduledFuture<?> timer;
    private @Nullable CompletableFuture<?> pings;
    private int tick;

    Watch(Link link, Gatherer gatherer, EventLoop loop, String nodesKey, Node.Patience patience) {
        this.link = link;
        this.gatherer = gatherer;
        this.loop = loop;
        this.nodesKey = nodesKey;
        this.patience = patience;
    }

    /** What this node is called among those that share the store. */
    String self() {
        return self;
    }

    void start() {
        timer = new Chore("the look at redis", this::tick).every(loop, TICK_MILLIS, TICK_MILLIS);
    }

    /** How many nodes were alive when Redis was last asked; 0 while it has not answered. */
    int nodes() {
        return nodes;
    }

    private void tick() {
        boolean beat = tick++ % TICKS_TO_A_BEAT == 0;
        List<Node> masters = link.nodes();
        boolean away = masters.stream()
                .anyMatch(node -> !node.breaker().isClosed());
        if (beat || away) {
            ping(masters);
        }
        if (beat) {
            beat();
        }
        boolean unseen = memory.node() == null;
        if (beat && (unseen || tick % (TICKS_TO_A_BEAT * BEATS_TO_A_LOOK) == 1)) {
            evictions.retain(masters);
            masters.forEach(this::lookAtMemory);
        }
    }

    /** Pings every master now; completes when all are known, never exceptionally. Any thread. */
    CompletableFuture<Link.Standing> probe() {
        CompletableFuture<Link.Standing> done = new CompletableFuture<>();
        loop.execute(() -> ping(link.nodes()).whenComplete((all, failure) -> done.complete(link.standing())));
        return done;
    }

    private CompletableFuture<?> ping(List<Node> masters) {
        CompletableFuture<?> running = pings;
        if (running != null && !running.isDone()) {
            return running;
        }
        CompletableFuture<?>[] each =
                masters.stream().map(node -> node.ping(patience)).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<?> all = CompletableFuture.allOf(each);
        pings = all;
        return all;
    }

    private void beat() {
        if (link.node(nodesKey) == null) {
            return;
        }
        gatherer.ask(HEARTBEAT.call(Operation.HEARTBEAT, nodesKey, self, SILENCE_MILLIS))
                .whenComplete((answer, failure) -> {
                    if (answer instanceof List<?> counted && counted.getFirst() instanceof Long alive) {
                        nodes = Math.clamp(alive, 1, Integer.MAX_VALUE);
                    }
                });
    }

    /** The memory of the fullest master that has been looked at last. */
    Memory memory() {
        return memory;
    }

    /** Keys that Redis has evicted while this node looked. */
    long evicted() {
        return evictions.total();
    }

    private void lookAtMemory(Node node) {
        gatherer.ask(Command.on(node, Operation.MEMORY, RedisCommands.INFO_MEMORY, StringCodec.INSTANCE))
                .whenComplete((answer, failure) -> {
                    if (answer instanceof Map<?, ?> info) {
                        Memory seen = Memory.of(node, info);
                        memory = memory.isReplacedBy(seen) ? seen : memory;
                        loop.execute(() -> evictions.sawMemory(seen));
                    }
                });
        gatherer.ask(Command.on(node, Operation.MEMORY, RedisCommands.INFO_STATS, StringCodec.INSTANCE))
                .whenComplete((answer, failure) -> {
                    if (answer instanceof Map<?, ?> info) {
                        loop.execute(() -> evictions.sawStats(node, info));
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
