package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.server.redis.link.CommandPurpose.Urgency;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.link.RedisFailure;
import app.rcommerce.gateway.server.redis.resp.RespConnection;
import app.rcommerce.gateway.server.redis.resp.RespDecoder.Nothing;
import app.rcommerce.gateway.server.redis.resp.RespDecoder.Refused;
import app.rcommerce.gateway.server.redis.resp.RespWriter;
import app.rcommerce.gateway.server.redis.resp.ServerAddress;
import app.rcommerce.gateway.server.transport.Deadline;
import app.rcommerce.gateway.store.StoreUnavailable;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.client.RedisClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of one event loop that requests wait for, on their way to one master: down one connection of that loop,
 * those of a turn in one write, without waiting for the answers to earlier ones. The answers are handled where they are
 * read, so that a trip takes as long as the wire and Redis do. One timer watches over all commands. An answer after the
 * deadline goes only to callers that have something to undo. Confined to its event loop.
 */
final class CommandPipeline implements RespConnection.Listener {

    /** The time without a command after which a connection is asked for a sign of life. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Logger LOG = LoggerFactory.getLogger(CommandPipeline.class);

    private static final List<String> PING = List.of("PING");
    private static final List<String> ASKING = List.of("ASKING");

    private final CommandQueue queue;
    private final CommandDispatcher dispatcher;
    private final Master master;
    private final Urgency urgency;
    private final Outcomes outcomes;
    /** Those whose callers wait, by the time at which they asked. */
    private final Deque<InFlight> inTime = new ArrayDeque<>();
    /** Those of this turn, and while there is no connection those before it. */
    private final Deque<InFlight> unsent = new ArrayDeque<>();

    private final Deadline deadline;
    private @Nullable RespConnection connection;
    private @Nullable RedisClient client;
    private boolean connecting;
    private boolean ready;
    private boolean putOff;
    private boolean closed;
    private long heardNanos;

    CommandPipeline(CommandQueue queue, Master master, Urgency urgency) {
        this.queue = queue;
        this.dispatcher = queue.dispatcher();
        this.master = master;
        this.urgency = urgency;
        this.outcomes = new Outcomes(master.breaker());
        this.deadline = new Deadline(queue.loop(), this::review);
    }

    /** A command, and whether its caller still waits. */
    private final class InFlight implements RespConnection.Answer {

        private final PendingCommand pending;
        private boolean sent;
        private boolean late;

        InFlight(PendingCommand pending) {
            this.pending = pending;
        }

        long dueNanos() {
            return pending.startNanos() + dispatcher.timeoutNanos(urgency);
        }

        @Override
        public void answered(Object value) {
            heardNanos = dispatcher.nanos();
            if (value instanceof Refused refused && !late && redirect(refused.why())) {
                inTime.remove(this);
                // The master is not at fault, and has answered.
                outcomes.add(pending.command().purpose(), CommandError.OTHER);
                return;
            }
            end(outcome(value));
        }

        private boolean redirect(String error) {
            Redirect redirect = Redirect.parse(error);
            Master other = redirect == null ? null : dispatcher.master(redirect, master);
            if (other == null || redirect == null || !pending.redirect(other, redirect.asking())) {
                return false;
            }
            queue.add(pending);
            return true;
        }

        @Override
        public void lost() {
            end(RedisFailure.UNREACHABLE);
        }

        void end(@Nullable Object outcome) {
            if (late) {
                dispatcher.release(1);
                if (!(outcome instanceof RedisFailure || outcome instanceof CommandError)) {
                    pending.answeredLate(outcome);
                }
                return;
            }
            inTime.remove(this);
            outcomes.add(pending.command().purpose(), outcome);
            queue.finish(pending, outcome);
        }
    }

    private static @Nullable Object outcome(Object value) {
        if (value instanceof Refused refused) {
            RedisFailure reason = RedisFailure.ofAnswer(refused.why());
            return reason == null ? CommandError.of(refused.why()) : reason;
        }
        return value == Nothing.NOTHING ? null : value;
    }

    Master master() {
        return master;
    }

    Urgency urgency() {
        return urgency;
    }

    /** Whether nothing was added since the last flush, nor waits for a connection. */
    boolean isFlushed() {
        return unsent.isEmpty();
    }

    /** Adds a command, which {@link #flush} sends. */
    void add(PendingCommand pending) {
        InFlight added = new InFlight(pending);
        unsent.add(added);
        expect(added);
        if (inTime.peek() == added) {
            deadline.set(added.dueNanos() - dispatcher.nanos());
        }
    }

    /** What is sent once more has been asked for before others that wait already. */
    private void expect(InFlight added) {
        Deque<InFlight> later = null;
        for (InFlight last = inTime.peekLast(); last != null; last = inTime.peekLast()) {
            if (last.dueNanos() - added.dueNanos() <= 0) {
                break;
            }
            later = later == null ? new ArrayDeque<>() : later;
            later.push(inTime.removeLast());
        }
        inTime.add(added);
        if (later != null) {
            inTime.addAll(later);
        }
    }

    /** Sends what was added, or begins to connect. */
    void flush() {
        RespConnection open = connection();
        if (open == null || !ready || unsent.isEmpty()) {
            return;
        }
        ByteBuf out = encoded(open);
        if (out == null) {
            fail(RedisFailure.UNREACHABLE);
            outcomes.tell(urgency);
            return;
        }
        if (!open.isWaiting()) {
            heardNanos = dispatcher.nanos();
        }
        for (InFlight one = unsent.poll(); one != null; one = unsent.poll()) {
            one.sent = true;
            if (one.pending.isAsking()) {
                open.expect(answer -> {});
            }
            open.expect(one);
        }
        open.send(out);
    }

    /**
     * All that was added, as it is sent; null where that is not possible. Nobody expects an answer before everything
     * has been written: where an answer were expected to what was never sent, each one would go to the wrong command.
     */
    private @Nullable ByteBuf encoded(RespConnection open) {
        ByteBuf out = null;
        try {
            out = open.buffer();
            for (InFlight one : unsent) {
                if (one.pending.isAsking()) {
                    RespWriter.command(out, ASKING);
                }
                CommandEncoder.write(out, one.pending.command());
            }
            return out;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.warn("redis: what is asked cannot be written: {}", e.toString());
            if (out != null) {
                out.release();
            }
            return null;
        }
    }

    /** The connection to the present master, which may not be open yet; null while its address is looked up. */
    private @Nullable RespConnection connection() {
        RespConnection open = connection;
        if (open != null && client != master.entry().getClient()) {
            drop(null);
            open = null;
        }
        if (open == null && !connecting && !closed) {
            connect();
            open = connection;
        }
        return open;
    }

    private void connect() {
        RedisClient to = master.entry().getClient();
        client = to;
        connecting = true;
        to.resolveAddr().whenComplete((address, failure) -> {
            if (queue.loop().inEventLoop()) {
                connect(to, address, failure);
            } else {
                queue.loop().execute(() -> connect(to, address, failure));
            }
        });
    }

    private void connect(RedisClient to, @Nullable InetSocketAddress address, @Nullable Throwable failure) {
        connecting = false;
        if (closed) {
            fail(RedisFailure.UNREACHABLE);
        } else if (address == null) {
            closed(failure);
        } else {
            ConnectionOptions options = dispatcher.options();
            heardNanos = dispatcher.nanos();
            RespConnection made = RespConnection.open(
                    queue.loop(),
                    options.kind(),
                    new ServerAddress(address, to.getConfig().getAddress().getHost(), options.tls()),
                    options.timeout(),
                    this);
            connection = made.isOver() ? null : made;
        }
    }

    @Override
    public void opened(RespConnection opened) {
        heardNanos = dispatcher.nanos();
        List<List<String>> greeting = dispatcher.options().greeting();
        for (int i = 0; i < greeting.size(); i++) {
            boolean last = i == greeting.size() - 1;
            opened.send(greeting.get(i), answer -> {
                heardNanos = dispatcher.nanos();
                if (last) {
                    ready = true;
                    flush();
                } else if (answer instanceof Refused refused) {
                    drop(reasonToDrop(refused));
                }
            });
        }
        watch();
    }

    /** Whoever may not choose the user or the database may do nothing, whatever commands are permitted. */
    private static RedisFailure reasonToDrop(Refused greeting) {
        RedisFailure reason = RedisFailure.ofAnswer(greeting.why());
        return reason == null || reason == RedisFailure.NOT_PERMITTED ? RedisFailure.DENIED : reason;
    }

    @Override
    public void quiet() {
        outcomes.tell(urgency);
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        connection = null;
        ready = false;
        RedisFailure reason = cause == null ? null : RedisFailure.of(cause);
        fail(reason == null ? RedisFailure.UNREACHABLE : reason);
        outcomes.tell(urgency);
    }

    /** Ends the connection; what was not answered fails, for the reason given or as unanswered by a former master. */
    private void drop(@Nullable RedisFailure reason) {
        RespConnection open = connection;
        connection = null;
        ready = false;
        if (open != null) {
            open.abandon();
        }
        if (reason != null) {
            fail(reason);
            outcomes.tell(urgency);
        }
    }

    /** Fails what has not been sent. */
    private void fail(RedisFailure reason) {
        List<InFlight> failing = List.copyOf(unsent);
        unsent.clear();
        failing.forEach(one -> one.end(reason));
    }

    /** Looks after what is late, and after a connection on which nothing arrives. */
    private void review() {
        long now = dispatcher.nanos();
        InFlight first = inTime.peek();
        if (first != null && !putOff && now - first.dueNanos() > CommandDispatcher.LATE_LOOP_NANOS) {
            putOff = true;
            deadline.set(CommandDispatcher.LATE_LOOP_NANOS);
            return;
        }
        putOff = false;
        boolean late = false;
        while (first != null && first.dueNanos() - now <= 0) {
            late = true;
            expire(inTime.remove());
            first = inTime.peek();
        }
        if (late && urgency.isPressing()) {
            master.breaker().failed(RedisFailure.LATE);
        }
        if (isSilent(now)) {
            drop(RedisFailure.LATE);
        }
        watch();
    }

    private void expire(InFlight one) {
        one.late = true;
        if (!one.sent) {
            unsent.remove(one);
            dispatcher.release(1);
        }
        dispatcher.ended(one.pending, "late");
        one.pending.result().completeExceptionally(StoreUnavailable.late(CommandBatch.LATE));
    }

    private boolean isSilent(long now) {
        RespConnection open = connection;
        return open != null && open.isWaiting() && now - heardNanos >= dispatcher.timeoutNanos(Urgency.OPERATOR);
    }

    /** Sets the deadline for what comes next. */
    private void watch() {
        long now = dispatcher.nanos();
        InFlight first = inTime.peek();
        RespConnection open = connection;
        if (first != null) {
            deadline.set(Math.max(0, first.dueNanos() - now));
        } else if (open != null && open.isWaiting()) {
            deadline.set(Math.max(0, heardNanos + dispatcher.timeoutNanos(Urgency.OPERATOR) - now));
        }
    }

    /** Keeps a connection while the master is not known to be away, and asks one that is idle for a sign of life. */
    void maintain() {
        if (!master.breaker().isClosed()) {
            return;
        }
        RespConnection open = connection();
        if (open != null && ready && !open.isWaiting() && dispatcher.nanos() - heardNanos > IDLE_NANOS) {
            heardNanos = dispatcher.nanos();
            open.send(PING, answer -> heardNanos = dispatcher.nanos());
            watch();
        }
    }

    /** Closes the connection; what was not answered fails. */
    void close() {
        closed = true;
        drop(null);
        fail(RedisFailure.UNREACHABLE);
        deadline.close();
    }
}
