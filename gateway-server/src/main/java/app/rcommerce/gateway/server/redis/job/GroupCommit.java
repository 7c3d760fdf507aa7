package app.rcommerce.gateway.server.redis.job;

import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;

/**
 * The writes that must be on the disk of Redis, of which those that come together share one wait for it (group commit).
 * Such a wait ({@code WAITAOF}) blocks its connection: each group has one of the pool to itself, and all groups
 * together have a quarter of the pool, so that other commands find one. A group is sent where none is under way, once
 * another one has ended, or after a share of the command timeout. Safe for any thread.
 */
final class GroupCommit {

    /** What Redis says of its disk. */
    enum Disk {
        /** The master has written to it. */
        WRITTEN,
        /** The master has not written to it for as long as it was waited. */
        UNWRITTEN,
        /** It cannot be waited for. */
        REFUSED
    }

    /**
     * What becomes of a write.
     *
     * @param entered what Redis answers to it, as {@link CommandDispatcher#ask} has it
     * @param disk what Redis says of its disk then; fails where it says nothing in time. Its group has made room for
     *     the next one then
     */
    record Written(CompletableFuture<@Nullable Object> entered, CompletableFuture<Disk> disk) {}

    /** A write that is not sent yet. */
    private record Waiting(Command command, long bytes, long sinceNanos, Written written) {}

    /** So many writes are sent together at most. */
    private static final int MOST_IN_GROUP = 64;
    /** A group takes no further write beyond so many bytes. */
    private static final long GROUP_BYTES = 4 << 20;
    /** So many bytes may wait, also of clients who have left, or one write that is larger. */
    private static final long MOST_WAITING_BYTES = 32 << 20;
    /** One connection of so many is for groups. */
    private static final int SHARE_OF_POOL = 4;

    /**
     * In lower case, as Redis takes it too: Redisson takes a WAITAOF in a batch for its own, whose answer is to be of
     * integers, and never ends the batch where it is of longs.
     */
    private static final RedisCommand<List<Object>> WAITAOF =
            new RedisCommand<>("waitaof", new ObjectListReplayDecoder<>());

    private final CommandDispatcher dispatcher;
    private final int mostUnderWay;
    /** How long Redis waits: it has to have answered, and its connection to be free, before the command times out. */
    private final long diskMillis;

    private final Executor soon;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int underWay;
    private boolean isArmed;
    /** Whether a group need not wait for the one under way. */
    private boolean isDue;

    private boolean isSending;

    GroupCommit(CommandDispatcher dispatcher) {
        this.dispatcher = dispatcher;
        long timeoutNanos = dispatcher.commandTimeoutNanos();
        this.mostUnderWay = Math.max(1, dispatcher.mostConnections() / SHARE_OF_POOL);
        this.diskMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos) * 9 / 10);
        this.soon = CompletableFuture.delayedExecutor(timeoutNanos / (mostUnderWay + 1), TimeUnit.NANOSECONDS);
    }

    /**
     * Has Redis carry out a command, and wait for its disk then.
     *
     * @param command no script that is called by its digest
     * @param bytes about how many it has
     */
    Written write(Command command, long bytes) {
        Written written = new Written(new CompletableFuture<>(), new CompletableFuture<>());
        boolean isFull;
        synchronized (this) {
            isFull = waiting.size() >= CommandDispatcher.MOST_IN_FLIGHT
                    || (waitingBytes > 0 && waitingBytes + bytes > MOST_WAITING_BYTES);
            if (!isFull) {
                waitingBytes += bytes;
                waiting.add(new Waiting(command, bytes, dispatcher.nanos(), written));
            }
        }
        if (isFull) {
            written.entered().completeExceptionally(new StoreUnavailable("too many jobs wait for the disk of Redis"));
        } else {
            send(false);
        }
        return written;
    }

    /** What is wrong where Redis says this of its disk, and what is expected. */
    String words(Disk disk) {
        return disk == Disk.UNWRITTEN
                ? "Redis has not written to its disk within " + diskMillis
                        + " ms (expected: appendfsync always or everysec, and a command_timeout longer than it takes; or durable = false)"
                : "Redis does not wait for its disk (expected: Redis 7.2 or newer with appendonly, whose user may send WAITAOF; or durable = false)";
    }

    /**
     * Sends what can be sent now. A group may end while it is being sent, and only asks for one more round then, since
     * thousands may wait where Redis goes away.
     */
    private void send(boolean due) {
        synchronized (this) {
            isDue |= due;
            if (isSending) {
                return;
            }
            isSending = true;
        }
        try {
            for (List<Waiting> group = next(); !group.isEmpty(); group = next()) {
                send(group);
            }
        } catch (RuntimeException e) {
            synchronized (this) {
                isSending = false;
            }
            throw e;
        }
    }

    private synchronized List<Waiting> next() {
        List<Waiting> group = next(isDue);
        isDue = false;
        isSending = !group.isEmpty();
        return group;
    }

    /** The writes that are sent together now, all about the same key; none where they have to wait. */
    private List<Waiting> next(boolean due) {
        List<Waiting> group = new ArrayList<>();
        if (waiting.isEmpty() || underWay >= mostUnderWay) {
            return group;
        }
        if (underWay > 0 && !due) {
            if (!isArmed) {
                isArmed = true;
                soon.execute(this::due);
            }
            return group;
        }
        String key = waiting.getFirst().command().key();
        long bytes = 0;
        for (Iterator<Waiting> each = waiting.iterator();
                each.hasNext() && group.size() < MOST_IN_GROUP && bytes < GROUP_BYTES; ) {
            Waiting one = each.next();
            if (one.command().key().equals(key)) {
                each.remove();
                group.add(one);
                bytes += one.bytes();
                waitingBytes -= one.bytes();
            }
        }
        underWay++;
        return group;
    }

    private void due() {
        synchronized (this) {
            isArmed = false;
        }
        send(true);
    }

    private void send(List<Waiting> group) {
        long now = dispatcher.nanos();
        List<Waiting> inTime = new ArrayList<>();
        List<Command> commands = new ArrayList<>();
        for (Waiting one : group) {
            if (now - one.sinceNanos() < dispatcher.commandTimeoutNanos()) {
                inTime.add(one);
                commands.add(one.command());
            } else {
                one.written().entered().completeExceptionally(StoreUnavailable.late("Redis waits for its disk"));
            }
        }
        if (inTime.isEmpty()) {
            ended();
            return;
        }
        commands.add(Command.of(
                CommandPurpose.JOB_ENQUEUE_DURABLE,
                commands.getFirst().key(),
                WAITAOF,
                StringCodec.INSTANCE,
                "1",
                "0",
                Long.toString(diskMillis)));
        List<CompletableFuture<@Nullable Object>> asked = dispatcher.askTogether(commands);
        CompletableFuture<Disk> disk = CommandResults.read(asked.getLast(), GroupCommit::disk);
        for (int i = 0; i < inTime.size(); i++) {
            pass(asked.get(i), inTime.get(i).written().entered());
        }
        disk.whenComplete((said, failure) -> {
            try {
                ended();
            } finally {
                inTime.forEach(one -> told(said, failure, one.written().disk()));
            }
        });
    }

    private static void pass(CompletableFuture<@Nullable Object> from, CompletableFuture<@Nullable Object> to) {
        from.whenComplete((answer, failure) -> {
            if (failure != null) {
                to.completeExceptionally(failure);
            } else {
                to.complete(answer);
            }
        });
    }

    private static Disk disk(@Nullable Object answer) {
        boolean isWritten = answer instanceof List<?> counts && JobEntries.number(counts, 0) > 0;
        return isWritten ? Disk.WRITTEN : Disk.UNWRITTEN;
    }

    private static void told(@Nullable Disk said, @Nullable Throwable failure, CompletableFuture<Disk> disk) {
        if (failure == null && said != null) {
            disk.complete(said);
        } else if (failure instanceof StoreUnavailable unavailable && unavailable.isLate()) {
            disk.completeExceptionally(unavailable);
        } else {
            disk.complete(Disk.REFUSED);
        }
    }

    private void ended() {
        synchronized (this) {
            underWay--;
        }
        send(true);
    }
}
