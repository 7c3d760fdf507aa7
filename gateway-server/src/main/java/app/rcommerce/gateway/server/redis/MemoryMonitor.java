package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.server.redis.link.Master;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * The monitor of the masters' memory: it asks each master how full it is, what it has evicted and whether it has
 * started again, every second until one has answered, or where one has not, and every ten seconds otherwise. Confined
 * to one event loop, except for {@link #memory}, {@link #evicted} and {@link #close}.
 */
final class MemoryMonitor implements AutoCloseable {

    private static final long FIRST_MILLIS = 200;
    private static final long TICK_MILLIS = 1000;
    private static final int TICKS_TO_A_LOOK = 10;

    private final Link link;
    private final CommandDispatcher dispatcher;
    private final EventLoop loop;
    private final Evictions evictions = new Evictions();
    private final Restarts restarts;
    /** Whether a master has not answered to the last look. */
    private volatile boolean missed;

    private volatile MasterMemory memory = MasterMemory.UNKNOWN;
    private volatile @Nullable ScheduledFuture<?> timer;
    private int tick;

    /** A monitor that counts the keys of the database of this number. */
    MemoryMonitor(Link link, CommandDispatcher dispatcher, EventLoop loop, int database) {
        this.link = link;
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.restarts = new Restarts(database);
    }

    void start() {
        timer = new Chore("the look at the memory of redis", this::tick).every(loop, FIRST_MILLIS, TICK_MILLIS);
    }

    private void tick() {
        boolean due = tick++ % TICKS_TO_A_LOOK == 0;
        if (due || missed || memory.master() == null) {
            missed = false;
            List<Master> masters = link.masters();
            evictions.retain(masters);
            restarts.retain(masters);
            masters.forEach(this::look);
            masters.forEach(this::lookForRestart);
        }
    }

    private void lookForRestart(Master master) {
        dispatcher
                .ask(Command.on(master, CommandPurpose.MEMORY, RedisCommands.INFO_SERVER, StringCodec.INSTANCE))
                .thenCombine(
                        dispatcher.ask(Command.on(
                                master, CommandPurpose.MEMORY, RedisCommands.INFO_KEYSPACE, StringCodec.INSTANCE)),
                        (server, keyspace) -> {
                            if (server instanceof Map<?, ?> one && keyspace instanceof Map<?, ?> other) {
                                loop.execute(() -> restarts.saw(master, one, other));
                            }
                            return true;
                        })
                .exceptionally(failure -> {
                    missed = true;
                    return false;
                });
    }

    private void look(Master master) {
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

    /** The memory of the fullest master that has been looked at last. */
    MasterMemory memory() {
        return memory;
    }

    /** The number of keys that Redis has evicted since this node began to look. */
    long evicted() {
        return evictions.total();
    }

    @Override
    public void close() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }
}
