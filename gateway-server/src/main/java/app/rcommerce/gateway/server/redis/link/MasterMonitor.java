package app.rcommerce.gateway.server.redis.link;

import app.rcommerce.gateway.server.chore.Chore;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The monitor of the masters' availability: it pings each master, also without traffic, every second while it answers
 * and five times a second while one does not. Confined to one event loop, except for {@link #probe} and {@link #close}.
 */
public final class MasterMonitor implements AutoCloseable {

    private static final long TICK_MILLIS = 200;
    private static final int TICKS_TO_A_PING = 5;

    private final Link link;
    private final EventLoop loop;
    private final Master.PingTimeout timeouts;
    private volatile @Nullable ScheduledFuture<?> timer;
    private @Nullable CompletableFuture<?> pings;
    private int tick;

    /** A monitor on an event loop. */
    public MasterMonitor(Link link, EventLoop loop, Master.PingTimeout timeouts) {
        this.link = link;
        this.loop = loop;
        this.timeouts = timeouts;
    }

    /** Begins to ping. */
    public void start() {
        timer = new Chore("the pings of redis", this::tick).every(loop, TICK_MILLIS, TICK_MILLIS);
    }

    private void tick() {
        boolean due = tick++ % TICKS_TO_A_PING == 0;
        List<Master> masters = link.masters();
        if (due || masters.stream().anyMatch(master -> !master.breaker().isClosed())) {
            ping(masters);
        }
    }

    /** Pings every master now; completes when all are known, never exceptionally. Any thread. */
    public CompletableFuture<Link.Status> probe() {
        CompletableFuture<Link.Status> done = new CompletableFuture<>();
        loop.execute(() -> ping(link.masters()).whenComplete((all, failure) -> done.complete(link.status())));
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

    @Override
    public void close() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }
}
