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
final class MasterMonitor implements AutoCloseable {

    private static final long TICK_MILLIS = 200;
    private static final int TICKS_TO_A_BEAT = 5;
    private static final int BEATS_TO_A_LOOK = 10;
    private static final String SILENCE_MILLIS = "5000";
    private static final Script HEARTBEAT = Script.load("heartbeat.lua");

    private final Link link;
    private final CommandDispatcher dispatcher;
    private final EventLoop loop;
    private final String nodesKey;
    private final Master.PingTimeout timeouts;
    private final String self = newName();
    private volatile int nodes;
    private final Evictions evictions = new Evictions();
    private volatile MasterMemory memory = MasterMemory.UNKNOWN;
    private volatile @Nullable ScheduledFuture<?> timer;
    private @Nullable CompletableFuture<?> pings;
    private int tick;

    MasterMonitor(
            Link link, CommandDispatcher dispatcher, EventLoop loop, String nodesKey, Master.PingTimeout timeouts) {
        this.link = link;
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.nodesKey = nodesKey;
        this.timeouts = timeouts;
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
        List<Master> masters = link.masters();
        boolean away = masters.stream().anyMatch(master -> !master.breaker().isClosed());
        if (beat || away) {
            ping(masters);
        }
        if (beat) {
            beat();
        }
        boolean unseen = memory.master() == null;
        if (beat && (unseen || tick % (TICKS_TO_A_BEAT * BEATS_TO_A_LOOK) == 1)) {
            evictions.retain(masters);
            masters.forEach(this::lookAtMemory);
        }
    }

    /** Pings every master now; completes when all are known, never exceptionally. Any thread. */
    CompletableFuture<Link.Standing> probe() {
        CompletableFuture<Link.Standing> done = new CompletableFuture<>();
        loop.execute(() -> ping(link.masters()).whenComplete((all, failure) -> done.complete(link.standing())));
        return done;
    }

    private CompletableFuture<?> ping(List<Master> masters) {
        CompletableFuture<?> running = pings;
        if (running != null && !running.isDone()) {
            return running;
        }
        CompletableFuture<?>[] each =
                masters.stream().map(master -> master.ping(timeouts)).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<?> all = CompletableFuture.allOf(each);
        pings = all;
        return all;
    }

    private void beat() {
        if (link.master(nodesKey) == null) {
            return;
        }
        dispatcher
                .ask(HEARTBEAT.call(CommandPurpose.HEARTBEAT, nodesKey, self, SILENCE_MILLIS))
                .whenComplete((answer, failure) -> {
                    if (answer instanceof List<?> counted && counted.getFirst() instanceof Long alive) {
                        nodes = Math.clamp(alive, 1, Integer.MAX_VALUE);
                    }
                });
    }

    /** The memory of the fullest master that has been looked at last. */
    MasterMemory memory() {
        return memory;
    }

    /** Keys that Redis has evicted while this node looked. */
    long evicted() {
        return evictions.total();
    }

    private void lookAtMemory(Master master) {
        dispatcher
                .ask(Command.on(master, CommandPurpose.MEMORY, RedisCommands.INFO_MEMORY, StringCodec.INSTANCE))
                .whenComplete((answer, failure) -> {
                    if (answer instanceof Map<?, ?> info) {
                        MasterMemory seen = MasterMemory.of(master, info);
                        memory = memory.isReplacedBy(seen) ? seen : memory;
                        loop.execute(() -> evictions.sawMemory(seen));
                    }
                });
        dispatcher
                .ask(Command.on(master, CommandPurpose.MEMORY, RedisCommands.INFO_STATS, StringCodec.INSTANCE))
                .whenComplete((answer, failure) -> {
                    if (answer instanceof Map<?, ?> info) {
                        loop.execute(() -> evictions.sawStats(master, info));
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
