package app.rcommerce.gateway.server.redis.command;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue of one event loop's commands: those of one turn are sent together at its end, in one batch for each master
 * and urgency. Confined to its loop, except for {@link #add}.
 */
final class CommandQueue {

    /** The largest number of commands in a batch. */
    static final int MOST_IN_BATCH = 64;

    private final EventLoop loop;
    private final CommandDispatcher dispatcher;
    private final List<CommandBatch> batches = new ArrayList<>();
    private boolean scheduled;

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

    private void enqueue(PendingCommand pending) {
        CommandBatch batch = batchOf(pending);
        batch.add(pending);
        if (batch.size() >= MOST_IN_BATCH) {
            batches.remove(batch);
            batch.send();
        } else if (!scheduled) {
            scheduled = true;
            loop.execute(this::flush);
        }
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
    }
}
