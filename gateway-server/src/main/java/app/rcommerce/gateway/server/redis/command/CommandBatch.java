package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.link.RedisFailure;
import app.rcommerce.gateway.store.StoreUnavailable;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.client.codec.Codec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.command.CommandAsyncExecutor;
import org.redisson.command.CommandBatchService;
import org.redisson.connection.NodeSource;

/**
 * A batch of commands on its way over a connection of Redisson's, which it has to itself: one write and one deadline,
 * with an outcome of its own for every command in it. An answer after the deadline goes only to callers that have
 * something to undo. Confined to the loop of its queue.
 */
final class CommandBatch {

    static final String LATE = "Redis did not answer in time";
    static final String FAILED = "Redis cannot be reached";

    private final CommandQueue queue;
    private final Master master;
    private final Urgency urgency;
    private final List<PendingCommand> commands = new ArrayList<>(8);
    private final List<CompletableFuture<?>> answers = new ArrayList<>(8);
    private @Nullable ScheduledFuture<?> timer;
    private long dueNanos;
    private int pingsBefore;
    private boolean putOff;
    private boolean expired;

    CommandBatch(CommandQueue queue, Master master, Urgency urgency) {
        this.queue = queue;
        this.master = master;
        this.urgency = urgency;
    }

    boolean takes(PendingCommand pending) {
        return pending.master() == master && pending.command().purpose().urgency() == urgency;
    }

    void add(PendingCommand pending) {
        commands.add(pending);
    }

    int size() {
        return commands.size();
    }

    /** Sends all commands. */
    void send() {
        CommandDispatcher dispatcher = queue.dispatcher();
        CommandAsyncExecutor executor = dispatcher.executor();
        if (executor == null) {
            settle(new StoreUnavailable(FAILED));
            return;
        }
        pingsBefore = master.breaker().pings();
        dueNanos = commands.getLast().startNanos() + dispatcher.timeoutNanos(urgency);
        arm(dueNanos - dispatcher.nanos());
        try {
            CommandBatchService service = new CommandBatchService(executor, BatchOptions.defaults());
            NodeSource source = new NodeSource(master.entry());
            for (PendingCommand pending : commands) {
                answers.add(append(service, source, pending.command()));
            }
            var sending = service.executeAsync();
            dispatcher.connectionTaken();
            sending.whenComplete((sent, failure) -> {
                dispatcher.connectionReturned();
                complete(failure);
            });
        } catch (RuntimeException e) {
            complete(e);
        }
    }

    private static CompletableFuture<?> append(CommandBatchService service, NodeSource source, Command command) {
        RedisCommand<?> sent = command.command();
        Codec codec = command.codec();
        return service.async(false, source, codec, sent, command.parameters(), false, true)
                .toCompletableFuture();
    }

    private void complete(@Nullable Throwable failure) {
        if (queue.loop().inEventLoop()) {
            settle(failure);
        } else {
            queue.loop().execute(() -> settle(failure));
        }
    }

    private void settle(@Nullable Throwable failure) {
        if (timer != null) {
            timer.cancel(false);
        }
        CommandDispatcher dispatcher = queue.dispatcher();
        if (expired) {
            dispatcher.release(commands.size());
            // A Redis that hangs uses up all connections too, but answers no pings either.
            boolean pinged = master.breaker().pings() != pingsBefore;
            if (failure != null && pinged && RedisFailure.of(failure) == RedisFailure.EXHAUSTED) {
                master.breaker().exhausted();
            }
            for (int i = 0; i < answers.size(); i++) {
                Object outcome = outcome(answers.get(i), failure);
                if (!(outcome instanceof RedisFailure || outcome instanceof CommandError)) {
                    commands.get(i).answeredLate(outcome);
                }
            }
            return;
        }
        List<@Nullable Object> all = new ArrayList<>(commands.size());
        Outcomes outcomes = new Outcomes(master.breaker());
        for (int i = 0; i < commands.size(); i++) {
            Object outcome = i < answers.size() ? outcome(answers.get(i), failure) : RedisFailure.UNREACHABLE;
            all.add(outcome);
            outcomes.add(commands.get(i).command().purpose(), outcome);
        }
        outcomes.tell(urgency);
        for (int i = 0; i < commands.size(); i++) {
            queue.finish(commands.get(i), all.get(i));
        }
    }

    /** The value, or a {@link CommandError}, or the {@link RedisFailure} in place of an answer. */
    private static @Nullable Object outcome(CompletableFuture<?> answer, @Nullable Throwable batchFailure) {
        if (!answer.isDone()) {
            // Redisson leaves commands open that Redis asks to be sent again: it loads, or its cluster is down or
            // moving.
            RedisFailure reason = batchFailure == null ? null : RedisFailure.of(batchFailure);
            return reason == null ? RedisFailure.NOT_READY : reason;
        }
        try {
            return answer.getNow(null);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            RedisFailure reason = RedisFailure.of(cause);
            return reason == null ? CommandError.of(cause) : reason;
        } catch (RuntimeException cancelled) {
            return RedisFailure.UNREACHABLE;
        }
    }

    private void arm(long nanos) {
        timer = queue.loop().schedule(this::expire, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    private void expire() {
        CommandDispatcher dispatcher = queue.dispatcher();
        if (!putOff && dispatcher.nanos() - dueNanos > CommandDispatcher.LATE_LOOP_NANOS) {
            putOff = true;
            arm(CommandDispatcher.LATE_LOOP_NANOS);
            return;
        }
        expired = true;
        if (urgency != Urgency.OPERATOR) {
            master.breaker().failed(RedisFailure.LATE);
        }
        for (PendingCommand pending : commands) {
            dispatcher.ended(pending, "late");
            pending.result().completeExceptionally(StoreUnavailable.late(LATE));
        }
    }
}
