package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.link.RedisFailure;
import app.rcommerce.gateway.store.StoreUnavailable;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one event loop's commands: those of one turn are sent together at its end. Those that requests wait for
 * go down the loop's own connection to the master, and those of jobs down another one, made when it is first needed;
 * the others, whose answers may be large or take long, go in a batch for each master and urgency over connections of
 * Redisson's. Confined to its loop, except for {@link #add}.
 */
final class CommandQueue {

    /** The largest number of commands in a batch. */
    static final int MOST_IN_BATCH = 64;

    private final EventLoop loop;
    private final CommandDispatcher dispatcher;
    private final List<CommandBatch> batches = new ArrayList<>();
    private final List<CommandPipeline> pipelines = new ArrayList<>();
    private boolean scheduled;
    private boolean closed;

    CommandQueue(EventLoop loop, CommandDispatcher dispatcher) {
        this.loop = loop;
        this.dispatcher = dispatcher;
    }

    EventLoop loop() {
        return loop;
    }

    CommandDispatcher dispatcher() {
        return dispatcher;
    }

    /** Sends the command with the others of this turn. Any thread. */
    void add(PendingCommand pending) {
        if (loop.inEventLoop()) {
            enqueue(pending);
        } else {
            loop.execute(() -> enqueue(pending));
        }
    }

    /** Sends commands in a batch of their own, one behind the other. Any thread. */
    void addTogether(List<PendingCommand> together) {
        if (!loop.inEventLoop()) {
            loop.execute(() -> addTogether(together));
            return;
        }
        if (closed) {
            together.forEach(each -> finish(each, RedisFailure.UNREACHABLE));
            return;
        }
        PendingCommand first = together.getFirst();
        CommandBatch batch =
                new CommandBatch(this, first.master(), first.command().purpose().urgency());
        together.forEach(batch::add);
        batch.send();
    }

    private void enqueue(PendingCommand pending) {
        if (closed) {
            finish(pending, RedisFailure.UNREACHABLE);
            return;
        }
        Urgency urgency = pending.command().purpose().urgency();
        if (urgency == Urgency.REQUEST || urgency == Urgency.WORK) {
            pipelineOf(pending.master(), urgency).add(pending);
        } else {
            CommandBatch batch = batchOf(pending);
            batch.add(pending);
            if (batch.size() >= MOST_IN_BATCH) {
                batches.remove(batch);
                batch.send();
                return;
            }
        }
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::flush);
        }
    }

    private CommandPipeline pipelineOf(Master master, Urgency urgency) {
        for (CommandPipeline pipeline : pipelines) {
            if (pipeline.master() == master && pipeline.urgency() == urgency) {
                return pipeline;
            }
        }
        CommandPipeline pipeline = new CommandPipeline(this, master, urgency);
        pipelines.add(pipeline);
        return pipeline;
    }

    private CommandBatch batchOf(PendingCommand pending) {
        for (CommandBatch batch : batches) {
            if (batch.takes(pending)) {
                return batch;
            }
        }
        CommandBatch batch = new CommandBatch(
                this, pending.master(), pending.command().purpose().urgency());
        batches.add(batch);
        return batch;
    }

    private void flush() {
        scheduled = false;
        List<CommandBatch> ready = List.copyOf(batches);
        batches.clear();
        ready.forEach(CommandBatch::send);
        // By index: what is told of a failure may need another master.
        for (int i = 0; i < pipelines.size(); i++) {
            if (!pipelines.get(i).isFlushed()) {
                pipelines.get(i).flush();
            }
        }
    }

    /** Ends a command for its caller, or sends a script in full that the master did not know. */
    void finish(PendingCommand pending, @Nullable Object outcome) {
        Command inFull = outcome == CommandError.NO_SCRIPT ? pending.command().inFull() : null;
        if (inFull != null) {
            pending.replace(inFull);
            add(pending);
            return;
        }
        dispatcher.release(1);
        if (outcome instanceof RedisFailure) {
            dispatcher.ended(pending, "failed");
            pending.result().completeExceptionally(new StoreUnavailable(CommandBatch.FAILED));
        } else {
            dispatcher.ended(pending, outcome instanceof CommandError ? "error" : "ok");
            pending.result().complete(outcome);
        }
    }

    /** Keeps a connection to each of these masters, and none to others. On the loop. */
    void maintain(List<Master> masters) {
        if (closed) {
            return;
        }
        for (CommandPipeline pipeline : List.copyOf(pipelines)) {
            if (!masters.contains(pipeline.master())) {
                pipelines.remove(pipeline);
                pipeline.close();
            }
        }
        masters.forEach(master -> pipelineOf(master, Urgency.REQUEST));
        List.copyOf(pipelines).forEach(CommandPipeline::maintain);
    }

    /** Closes all connections; what was not answered fails, and so does what is yet asked. On the loop. */
    void close() {
        closed = true;
        List<CommandPipeline> closing = List.copyOf(pipelines);
        pipelines.clear();
        closing.forEach(CommandPipeline::close);
    }
}
