package app.rcommerce.gateway.server.sockets;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.access.ResumeSocket;
import app.rcommerce.gateway.server.sockets.RecordMeter.Result;
import app.rcommerce.gateway.socket.SocketIds;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.store.socket.SocketStore.Outcome;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * The WebSockets that are open on this node. Each has a record in the shared store: written when it opens, then with
 * others in rounds, each no more often than every ten seconds and no more than a thousand in a round, and gone when it
 * ends. While the store is away nothing is written, and no socket is the worse for it; when it is back all records of
 * the node are written again. {@link #look} is for one thread, all else is safe for any.
 */
public final class OpenSockets {

    /** How often {@link #look} should be called, in milliseconds. */
    public static final int LOOK_MILLIS = 1_000;

    /** How long after it was written a record is left alone, in milliseconds. */
    static final long PAUSE_MILLIS = 10_000;
    /** The most records of a round. */
    static final int MOST_IN_ROUND = 1_000;
    /** The most ended sockets whose records are still to be removed; those of others end by themselves. */
    private static final int MOST_UNREMOVED = 10_000;
    /** A record is written at least so many times in its life. */
    private static final int TIMES_IN_LIFE = 3;

    private static final Duration USUAL_LIFE = Duration.ofHours(1);

    /**
     * How records are written.
     *
     * @param form {@code NONE} where there are none
     * @param life of a record that is not written again
     * @param node what this node is called
     */
    public record Rules(CacheConfig.SocketRecords form, Duration life, String node) {

        /** The rules of a configuration. */
        public static Rules of(CacheConfig config, String node) {
            CacheConfig.RedisConfig redis = config.redis();
            return new Rules(
                    config.socketRecords(),
                    redis == null ? USUAL_LIFE : redis.ttl().session(),
                    node);
        }
    }

    private final SocketStore store;
    private final Rules rules;
    private final BooleanSupplier connected;
    private final RecordMeter meter;
    private final Clock clock;
    private final long startNanos;
    private final Map<String, RecordedSocket> byId = new ConcurrentHashMap<>();
    /** All that are open, the one that was looked at longest ago first. */
    private final Queue<RecordedSocket> open = new ConcurrentLinkedQueue<>();

    private final AtomicInteger count = new AtomicInteger();
    /** How many are in the queue, those that have ended since too. */
    private final AtomicInteger queued = new AtomicInteger();

    private final Queue<RecordedSocket> unremoved = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unremovedCount = new AtomicInteger();
    private final AtomicInteger ending = new AtomicInteger();
    private volatile boolean writing;
    private volatile boolean lost;
    /** Until when nothing is tried, since nothing could be written, by {@link #elapsedMillis}. */
    private volatile long pausedUntilMillis;

    /**
     * A node without sockets.
     *
     * @param connected whether the store can be asked
     */
    public OpenSockets(SocketStore store, Rules rules, BooleanSupplier connected, RecordMeter meter, Clock clock) {
        this.store = store;
        this.rules = rules;
        this.connected = connected;
        this.meter = meter;
        this.clock = clock;
        this.startNanos = clock.nanos();
    }

    private boolean isRecording() {
        return rules.form() != CacheConfig.SocketRecords.NONE;
    }

    /** How many are open. */
    public int count() {
        return count.get();
    }

    long millis() {
        return clock.millis();
    }

    /** The time since the start, whatever becomes of the date; more than 0. */
    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanos() - startNanos) + 1;
    }

    /**
     * Records the socket that a call opens: that of the record which the caller continues, or a new one. Its owner
     * tells what passes and when it ends.
     *
     * @param told given the field in which the client is told the id, and the id, where there are records
     */
    public RecordedSocket open(Call call, BiConsumer<String, String> told) {
        SocketRecord before = call.resumed();
        long now = clock.millis();
        SocketRecord first = new SocketRecord(
                before == null ? SocketIds.next() : before.id(),
                "",
                call.identity(),
                call.exactAddress().value(),
                call.foundRoute().name(),
                rules.node(),
                now,
                now,
                before == null ? List.of() : before.subscriptions(),
                before == null ? SocketRecord.Passed.NOTHING : before.passed());
        RecordedSocket socket = new RecordedSocket(this, first);
        if (isRecording()) {
            told.accept(ResumeSocket.FIELD, socket.id());
        }
        RecordedSocket other = byId.put(socket.id(), socket);
        if (other != null) {
            rename(other);
        }
        open.add(socket);
        queued.incrementAndGet();
        count.incrementAndGet();
        if (isRecording() && connected.getAsBoolean()) {
            SocketRecord record = socket.record();
            store.save(record, rules.life())
                    .whenComplete((done, failure) ->
                            settle(socket, record, failure == null ? Outcome.WRITTEN : Outcome.FAILED));
        }
        return socket;
    }

    /** Gives a socket whose record was continued by another one a record of its own: every open socket has one. */
    private void rename(RecordedSocket socket) {
        meter.record(Result.TAKEN);
        byId.remove(socket.id(), socket);
        socket.renamed(SocketIds.next());
        byId.put(socket.id(), socket);
        if (socket.isEnded()) {
            byId.remove(socket.id(), socket);
        }
    }

    private void settle(RecordedSocket socket, SocketRecord record, Outcome outcome) {
        switch (outcome) {
            case WRITTEN -> {
                meter.record(Result.WRITTEN);
                socket.written(record, elapsedMillis());
            }
            case FAILED -> {
                meter.record(Result.FAILED);
                socket.lost();
            }
            case TAKEN -> {
                if (!socket.isEnded() && socket.id().equals(record.id())) {
                    rename(socket);
                }
            }
        }
        if (socket.isEnded() && outcome != Outcome.TAKEN) {
            // It has ended meanwhile, and what was sent last may have been done first.
            end(socket, socket.record());
        }
    }

    void ended(RecordedSocket socket) {
        byId.remove(socket.id(), socket);
        count.decrementAndGet();
        if (isRecording()) {
            end(socket, socket.record());
        }
    }

    private void end(RecordedSocket socket, SocketRecord record) {
        ending.incrementAndGet();
        CompletionStage<?> done = socket.isKept() ? store.release(record, rules.life()) : store.remove(record);
        done.whenComplete((ended, failure) -> {
            ending.decrementAndGet();
            if (failure == null) {
                meter.record(Result.ENDED);
            } else if (unremovedCount.incrementAndGet() <= MOST_UNREMOVED) {
                unremoved.add(socket);
            } else {
                unremovedCount.decrementAndGet();
            }
        });
    }

    /** Closes the socket with this id, if it is here. */
    public void close(String id) {
        RecordedSocket socket = byId.get(id);
        if (socket != null) {
            socket.close();
        }
    }

    /** Closes the sockets of a user that are here. */
    public void close(Identifier user) {
        for (RecordedSocket socket : open) {
            if (user.equals(socket.user())) {
                socket.close();
            }
        }
    }

    /** Has all records written again, since the store may have lost them. */
    public void writeAgain() {
        lost = true;
    }

    /** Writes the records that are due; to be called every {@link #LOOK_MILLIS}. */
    public void look() {
        List<RecordedSocket> due = due();
        if (!isRecording()) {
            return;
        }
        if (!connected.getAsBoolean()) {
            lost = true;
            return;
        }
        if (lost) {
            lost = false;
            pausedUntilMillis = 0;
            open.forEach(RecordedSocket::lost);
            due = due();
        }
        if (elapsedMillis() < pausedUntilMillis) {
            return;
        }
        endAgain();
        if (!writing) {
            write(due);
        }
    }

    private void endAgain() {
        for (int i = Math.min(MOST_IN_ROUND, unremovedCount.get()); i > 0; i--) {
            RecordedSocket socket = unremoved.poll();
            if (socket != null) {
                unremovedCount.decrementAndGet();
                end(socket, socket.record());
            }
        }
    }

    /** The open sockets whose records are due, as many as a round has; forgets those that have ended. */
    private List<RecordedSocket> due() {
        long now = elapsedMillis();
        long longest = rules.life().toMillis() / TIMES_IN_LIFE;
        List<RecordedSocket> due = new ArrayList<>();
        for (int i = queued.get(); i > 0 && due.size() < MOST_IN_ROUND; i--) {
            RecordedSocket socket = open.poll();
            if (socket == null || socket.isEnded()) {
                queued.addAndGet(socket == null ? 0 : -1);
                continue;
            }
            if (socket.isDue(now, Math.min(PAUSE_MILLIS, longest), longest)) {
                due.add(socket);
            }
            open.add(socket);
        }
        return due;
    }

    private void write(List<RecordedSocket> due) {
        if (due.isEmpty()) {
            return;
        }
        writing = true;
        List<SocketRecord> records = due.stream().map(RecordedSocket::record).toList();
        store.touch(records, rules.life()).whenComplete((outcomes, failure) -> {
            try {
                boolean all = true;
                for (int i = 0; i < records.size(); i++) {
                    Outcome outcome = failure == null ? outcomes.get(i) : Outcome.FAILED;
                    all &= outcome == Outcome.FAILED;
                    settle(due.get(i), records.get(i), outcome);
                }
                if (all) {
                    pausedUntilMillis = elapsedMillis() + PAUSE_MILLIS;
                }
            } finally {
                writing = false;
            }
        });
    }

    /** Whether records of sockets that have ended are on their way to the store. */
    public boolean isEnding() {
        return ending.get() > 0;
    }
}
