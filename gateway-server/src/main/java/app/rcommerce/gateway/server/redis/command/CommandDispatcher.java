package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.config.CacheConfig.RedisConfig;
import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.command.CommandAsyncExecutor;

/**
 * The sender of commands to Redis; commands of one event-loop turn are sent together. A command that cannot be answered
 * fails: at once where the master is known to be away or too many commands wait already, else at the deadline. Safe for
 * any thread; results arrive on the caller's loop, or on any loop where the caller is on none.
 */
public final class CommandDispatcher implements AutoCloseable {

    /** Commands sent and not yet answered, at most. */
    public static final int MOST_IN_FLIGHT = 10_000;

    /**
     * The delay of the event loop itself beyond which a deadline is extended once, since the answer may be waiting to
     * be read.
     */
    static final long LATE_LOOP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final String AWAY = "Redis is away";
    private static final String FULL = "too many calls wait for Redis";

    /** How often each loop looks after its connections. */
    private static final long MAINTAIN_MILLIS = 200;

    private final Link link;
    private final ConnectionOptions options;
    private final Clock clock;
    private final CommandListener listener;
    private final long deadlineNanos;
    private final long commandTimeoutNanos;
    private final int mostConnections;
    private final List<CommandQueue> queues = new ArrayList<>();
    private final List<Future<?>> maintenance = new CopyOnWriteArrayList<>();
    private final FastThreadLocal<@Nullable CommandQueue> ownQueue = new FastThreadLocal<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    public CommandDispatcher(
            Link link,
            RedisConfig config,
            ConnectionOptions options,
            EventLoopGroup group,
            Clock clock,
            CommandListener listener) {
        this.link = link;
        this.options = options;
        this.clock = clock;
        this.listener = listener;
        this.deadlineNanos = config.deadline().toNanos();
        this.commandTimeoutNanos = config.commandTimeout().toNanos();
        this.mostConnections = config.pool().maxConnections();
        for (EventExecutor executor : group) {
            CommandQueue queue = new CommandQueue((EventLoop) executor, this);
            queues.add(queue);
            executor.execute(() -> ownQueue.set(queue));
        }
    }

    /** Begins to connect each event loop to the masters. */
    public void start() {
        for (CommandQueue queue : queues) {
            maintenance.add(new Chore("the connections to redis", () -> queue.maintain(link.masters()))
                    .every(queue.loop(), 0, MAINTAIN_MILLIS));
        }
    }

    /**
     * Sends a command.
     *
     * @return what Redis answers, or a {@link CommandError}; fails with {@link StoreUnavailable} alone
     */
    public CompletableFuture<@Nullable Object> ask(Command command) {
        return ask(command, null);
    }

    /**
     * Sends a command that changes something.
     *
     * @param late given what Redis answers after the deadline, on any event loop: the result has failed by then
     */
    public CompletableFuture<@Nullable Object> ask(Command command, @Nullable Consumer<@Nullable Object> late) {
        long start = clock.nanos();
        Master master = command.master() != null ? command.master() : link.master(command.key());
        if (master == null || !master.breaker().admits(command.purpose().urgency())) {
            return refused(command, "open", AWAY);
        }
        if (inFlight.incrementAndGet() > MOST_IN_FLIGHT) {
            inFlight.decrementAndGet();
            return refused(command, "full", FULL);
        }
        PendingCommand pending = new PendingCommand(command, master, start, late);
        try {
            queue().add(pending);
        } catch (RejectedExecutionException e) {
            inFlight.decrementAndGet();
            return refused(command, "failed", AWAY);
        }
        return pending.result();
    }

    /**
     * Sends commands for the same master down a connection that they have to themselves, one behind the other, so that
     * the last one can wait for what the others have written. None may be a script that is called by its digest.
     *
     * @return what Redis answers to each, as {@link #ask} has it
     */
    public List<CompletableFuture<@Nullable Object>> askTogether(List<Command> commands) {
        long start = clock.nanos();
        Command first = commands.getFirst();
        Master master = link.master(first.key());
        if (master == null || !master.breaker().admits(first.purpose().urgency())) {
            return refused(commands, "open", AWAY);
        }
        if (inFlight.addAndGet(commands.size()) > MOST_IN_FLIGHT) {
            inFlight.addAndGet(-commands.size());
            return refused(commands, "full", FULL);
        }
        List<PendingCommand> all = commands.stream()
                .map(each -> new PendingCommand(each, master, start, null))
                .toList();
        try {
            queue().addTogether(all);
        } catch (RejectedExecutionException e) {
            inFlight.addAndGet(-commands.size());
            return refused(commands, "failed", AWAY);
        }
        return all.stream().map(PendingCommand::result).toList();
    }

    private List<CompletableFuture<@Nullable Object>> refused(List<Command> commands, String outcome, String reason) {
        return commands.stream().map(each -> refused(each, outcome, reason)).toList();
    }

    private CompletableFuture<@Nullable Object> refused(Command command, String outcome, String reason) {
        listener.command(command.purpose().label(), outcome, 0);
        return CompletableFuture.failedFuture(new StoreUnavailable(reason));
    }

    private CommandQueue queue() {
        CommandQueue own = ownQueue.get();
        return own != null
                ? own
                : queues.get(Math.floorMod(Thread.currentThread().threadId(), queues.size()));
    }

    /** After how many nanoseconds a command for which no request waits is given up. */
    public long commandTimeoutNanos() {
        return commandTimeoutNanos;
    }

    /** How many connections to a master the pool may have. */
    public int mostConnections() {
        return mostConnections;
    }

    /** How many commands are sent and not yet answered; those whose callers have given up count too. */
    public int inFlight() {
        return inFlight.get();
    }

    /**
     * How many connections of the pool carry a batch, over all masters: each batch has one to itself until it is
     * answered. The event loops' own are not of the pool.
     */
    public int connectionsInUse() {
        return connections.get();
    }

    void connectionTaken() {
        connections.incrementAndGet();
    }

    void connectionReturned() {
        connections.decrementAndGet();
    }

    @Nullable
    CommandAsyncExecutor executor() {
        return link.executor();
    }

    /** The master to which a command is redirected by {@code from}; null where none is known there. */
    @Nullable
    Master master(Redirect redirect, Master from) {
        String host = redirect.host().isEmpty() ? from.address().getHost() : redirect.host();
        return link.masterAt(host, redirect.port());
    }

    ConnectionOptions options() {
        return options;
    }

    public long nanos() {
        return clock.nanos();
    }

    long timeoutNanos(Urgency urgency) {
        return urgency.isPressing() ? deadlineNanos : commandTimeoutNanos;
    }

    void release(int commands) {
        inFlight.addAndGet(-commands);
    }

    void ended(PendingCommand pending, String outcome) {
        listener.command(pending.command().purpose().label(), outcome, clock.nanos() - pending.startNanos());
    }

    /** Closes the connections of the event loops; commands on them fail. */
    @Override
    public void close() {
        maintenance.forEach(each -> each.cancel(false));
        queues.forEach(queue -> queue.loop().execute(queue::close));
    }
}
