package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.redis.Operation.Urgency;
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
 * A batch on its way: one write, one deadline, and a fate of its own for every call in it. What is answered after the
 * deadline is told to those alone who have something to undo. Confined to the loop of its lane.
 */
final class Flight {

    /** A loop that is itself late by so much has not given the answer its chance: the deadline is put off once. */
    private static final long LATE_LOOP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final String LATE = "Redis did not answer in time";
    private static final String FAILED = "Redis cannot be reached";

    private final Lane lane;
    private final Node node;
    private final Urgency urgency;
    private final List<Call> calls = new ArrayList<>(8);
    private final List<CompletableFuture<?>> answers = new ArrayList<>(8);
    private @Nullable ScheduledFuture<?> timer;
    private long dueNanos;
    private int pingsBefore;
    private boolean putOff;
    private boolean expired;

    Flight(Lane lane, Node node, Urgency urgency) {
        this.lane = lane;
        this.node = node;
        this.urgency = urgency;
    }

    boolean takes(Call call) {
        return call.node() == node && call.command().operation().urgency() == urgency;
    }

    void board(Call call) {
        calls.add(call);
    }

    int size() {
        return calls.size();
    }

    /** Sends all calls. */
    void depart() {
        Gatherer gatherer = lane.gatherer();
        CommandAsyncExecutor executor = gatherer.executor();
        if (executor == null) {
            settle(new StoreUnavailable(FAILED));
            return;
        }
        pingsBefore = node.breaker().pings();
        dueNanos = calls.getLast().startNanos() + gatherer.patienceNanos(urgency);
        arm(dueNanos - gatherer.nanos());
        try {
            CommandBatchService batch = new CommandBatchService(executor, BatchOptions.defaults());
            NodeSource source = new NodeSource(node.entry());
            for (Call call : calls) {
                answers.add(send(batch, source, call.command()));
            }
            var sending = batch.executeAsync();
            gatherer.connectionTaken();
            sending.whenComplete((sent, failure) -> {
                gatherer.connectionReturned();
                land(failure);
            });
        } catch (RuntimeException e) {
            land(e);
        }
    }

    private static CompletableFuture<?> send(CommandBatchService batch, NodeSource source, Command command) {
        RedisCommand<?> sent = command.command();
        Codec codec = command.codec();
        return batch.async(false, source, codec, sent, command.parameters(), false, true)
                .toCompletableFuture();
    }

    private void land(@Nullable Throwable failure) {
        if (lane.loop().inEventLoop()) {
            settle(failure);
        } else {
            lane.loop().execute(() -> settle(failure));
        }
    }

    private void settle(@Nullable Throwable failure) {
        if (timer != null) {
            timer.cancel(false);
        }
        Gatherer gatherer = lane.gatherer();
        if (expired) {
            gatherer.release(calls.size());
            // A Redis that hangs uses up all connections too, but answers no pings either.
            boolean pinged = node.breaker().pings() != pingsBefore;
            if (failure != null && pinged && Trouble.of(failure) == Trouble.EXHAUSTED) {
                node.breaker().exhausted();
            }
            for (int i = 0; i < answers.size(); i++) {
                Object outcome = outcome(answers.get(i), failure);
                if (!(outcome instanceof Trouble || outcome instanceof CommandError)) {
                    calls.get(i).answeredLate(outcome);
                }
            }
            return;
        }
        List<@Nullable Object> outcomes = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            outcomes.add(i < answers.size() ? outcome(answers.get(i), failure) : Trouble.UNREACHABLE);
        }
        tell(node.breaker(), outcomes);
        for (int i = 0; i < calls.size(); i++) {
            finish(calls.get(i), outcomes.get(i));
        }
    }

    /**
     * What no request waits for is neither failure nor success: it may take its time, and would hide that others
     * cannot.
     */
    private void tell(RedisCircuitBreaker breaker, List<@Nullable Object> outcomes) {
        Trouble trouble = null;
        boolean answered = false;
        for (int i = 0; i < outcomes.size(); i++) {
            Operation operation = calls.get(i).command().operation();
            switch (outcomes.get(i)) {
                case Trouble.NOT_PERMITTED -> {
                    breaker.denied(operation);
                    answered = true;
                }
                case Trouble one -> trouble = trouble == Trouble.REPLICA ? trouble : one;
                case CommandError.FULL -> {
                    breaker.refusedWrite();
                    answered = true;
                }
                case CommandError error -> answered = true;
                case null, default -> {
                    answered = true;
                    breaker.did(operation);
                    if (operation == Operation.HEARTBEAT) {
                        breaker.wrote();
                    }
                }
            }
        }
        if (trouble == Trouble.REPLICA) {
            breaker.failed(trouble);
        } else if (urgency != Urgency.OPERATOR) {
            if (answered) {
                breaker.answered();
            } else if (trouble != null) {
                breaker.failed(trouble);
            }
        }
    }

    private void finish(Call call, @Nullable Object outcome) {
        Gatherer gatherer = lane.gatherer();
        Command inFull = outcome == CommandError.NO_SCRIPT ? call.command().inFull() : null;
        if (inFull != null) {
            call.replace(inFull);
            lane.add(call);
            return;
        }
        gatherer.release(1);
        if (outcome instanceof Trouble) {
            gatherer.ended(call, "failed");
            call.result().completeExceptionally(new StoreUnavailable(FAILED));
        } else {
            gatherer.ended(call, outcome instanceof CommandError ? "error" : "ok");
            call.result().complete(outcome);
        }
    }

    /** The value, or a {@link CommandError}, or the {@link Trouble} in place of an answer. */
    private static @Nullable Object outcome(CompletableFuture<?> answer, @Nullable Throwable batchFailure) {
        if (!answer.isDone()) {
            // Redisson leaves calls open that Redis asks to be sent again: it loads, or its cluster is down or moving.
            Trouble trouble = batchFailure == null ? null : Trouble.of(batchFailure);
            return trouble == null ? Trouble.NOT_READY : trouble;
        }
        try {
            return answer.getNow(null);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            Trouble trouble = Trouble.of(cause);
            return trouble == null ? CommandError.of(cause) : trouble;
        } catch (RuntimeException cancelled) {
            return Trouble.UNREACHABLE;
        }
    }

    private void arm(long nanos) {
        timer = lane.loop().schedule(this::expire, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    private void expire() {
        Gatherer gatherer = lane.gatherer();
        if (!putOff && gatherer.nanos() - dueNanos > LATE_LOOP_NANOS) {
            putOff = true;
            arm(LATE_LOOP_NANOS);
            return;
        }
        expired = true;
        if (urgency != Urgency.OPERATOR) {
            node.breaker().failed(Trouble.LATE);
        }
        for (Call call : calls) {
            gatherer.ended(call, "late");
            call.result().completeExceptionally(StoreUnavailable.late(LATE));
        }
    }
}
