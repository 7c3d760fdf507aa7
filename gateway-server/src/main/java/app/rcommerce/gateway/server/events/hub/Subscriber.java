package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.server.exchange.Snapshot;
import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import app.rcommerce.gateway.server.exchange.events.EventsMeter.Dropped;
import app.rcommerce.gateway.server.exchange.websocket.Ending;
import app.rcommerce.gateway.server.exchange.websocket.Tenure;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Rounds;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicRules;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that hears topics, however it is connected: its subscriptions, the bound on what waits for it, and whether
 * it may stay. It is visited about once a second, and has no timer. Confined to its event loop.
 */
public abstract class Subscriber extends Rounds.Member implements Outbox.Pending {

    /**
     * What a client is served by.
     *
     * @param events the route's handler
     * @param tenure whether it may stay
     * @param now the configuration in force
     */
    public record Terms(Hub hub, Handler.Events events, Tenure tenure, Supplier<Snapshot> now) {}

    /** The time over which the clients of a route that is gone are ended, so that not all come back at once. */
    private static final long RELOAD_NANOS = Duration.ofSeconds(2).toNanos();
    /** A client that takes nothing may have this many times its queue before it is looked at again. */
    private static final int AT_ONCE = 4;
    /** While there is no room for all, each has this part of its queue. */
    private static final int SCARCE = 16;

    private static final long WARNING_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final int WARNING_PARTS = 10;

    private final Terms terms;
    private final EventLoop loop;
    private final Outbox outbox;
    private final LoopTopics topics;
    private final EventsMeter.Kind kind;
    private final List<Subscription> subscriptions = new ArrayList<>(1);
    private boolean unflushed;
    private boolean doubted;
    private boolean warned;
    private boolean ending;
    private boolean over;
    private int delivered;
    private long deliveredBytes;

    protected Subscriber(Terms terms, EventLoop loop, EventsMeter.Kind kind) {
        this.terms = terms;
        this.loop = loop;
        this.kind = kind;
        this.outbox = terms.hub().outbox(loop);
        this.topics = terms.hub().loop(loop);
    }

    /** Begins to serve the client. */
    protected final void come() {
        outbox.rounds().add(this);
        terms.hub().came(this);
        terms.hub().meter().clients(kind, 1);
    }

    /** Ends everything that was begun for the client; whether it had not ended before. */
    protected final boolean leave() {
        if (over) {
            return false;
        }
        over = true;
        outbox.rounds().remove(this);
        terms.hub().left(this);
        terms.hub().meter().clients(kind, -1);
        dropTopics();
        terms.tenure().end();
        return true;
    }

    private void dropTopics() {
        terms.hub().meter().subscriptions(-subscriptions.size());
        subscriptions.forEach(Subscription::end);
        subscriptions.clear();
    }

    /** Hears nothing more, since the client is being ended. */
    protected final void stopHearing() {
        ending = true;
        dropTopics();
    }

    /** Whether the client has left, or is being ended. */
    public final boolean isOver() {
        return over || ending;
    }

    /** The terms on which it is served. */
    protected final Terms terms() {
        return terms;
    }

    /** Who it is. */
    public final Caller caller() {
        return terms.tenure().caller();
    }

    /** How many bytes may wait for it. */
    final long queue() {
        return terms.events().queue();
    }

    /** The subscriptions in the order in which they were asked for. */
    protected final List<Subscription> subscriptions() {
        return subscriptions;
    }

    /** How many topics it hears. */
    protected final int topics() {
        return subscriptions.size();
    }

    /** The subscription to this topic; null where there is none. */
    protected final @Nullable Subscription subscription(String topic) {
        for (Subscription one : subscriptions) {
            if (one.topic().equals(topic)) {
                return one;
            }
        }
        return null;
    }

    /**
     * Subscribes to a topic that the caller has been granted, in place of an earlier subscription to it. The answer is
     * {@link #joined}, perhaps before this returns.
     */
    protected final void subscribe(TopicRules.Granted granted, @Nullable Position since) {
        unsubscribe(granted.feed().topic());
        Lane lane = topics.lane(granted.feed());
        Subscription made = new Subscription(this, lane, granted.rule(), since);
        subscriptions.add(made);
        terms.hub().meter().subscriptions(1);
        made.join();
    }

    /** Ends a subscription; whether there was one. */
    protected final boolean unsubscribe(String topic) {
        Subscription known = subscription(topic);
        if (known == null) {
            return false;
        }
        subscriptions.remove(known);
        terms.hub().meter().subscriptions(-1);
        known.end();
        return true;
    }

    /** Called once it is known where a subscription begins; nothing is written of it until it is started. */
    protected abstract void joined(Subscription subscription, Joined how);

    /** Makes the bytes of a message; they are released by whoever writes them. */
    protected abstract ByteBuf bytes(Subscription subscription, Delivery delivery);

    /** Tells of a gap in a topic. */
    protected abstract void reset(Subscription subscription, @Nullable Position position);

    /** Gives bytes to the channel, without flushing, and releases them. */
    protected abstract void send(ByteBuf bytes);

    /** How many bytes the client has not taken yet. */
    protected abstract long pending();

    /** Takes the client's place, since it is too slow. */
    protected abstract void tooSlow(String why);

    /** Ends the client, since the caller may not stay. */
    protected abstract void lose(Ending why);

    /** Ends the client, since its route is gone. */
    protected abstract void reconfigured();

    /** Ends the client, since the gateway stops. */
    protected abstract void stopping();

    /** Tells that the token ends in so many seconds. */
    protected abstract void expiring(long seconds);

    /** Looks after the client about once a second, as long as it is not over. */
    protected abstract void look(long nowNanos);

    /** Writes a message. */
    final void write(Subscription subscription, Delivery delivery) {
        if (isOver()) {
            return;
        }
        ByteBuf bytes = bytes(subscription, delivery);
        delivered++;
        deliveredBytes += bytes.readableBytes();
        put(bytes);
    }

    /** Writes bytes, which are flushed at the end of the loop's turn, and looks whether the client takes them. */
    protected final void put(ByteBuf bytes) {
        send(bytes);
        if (!topics.isLastForNow()) {
            flushLater();
        } else if (!unflushed) {
            // Nothing else is coming: what belongs to this client is at hand now, and not after all the others'.
            flushNow();
        }
        if (pending() > most()) {
            doubt();
        }
    }

    private void flushLater() {
        if (!unflushed) {
            unflushed = true;
            outbox.add(this);
        }
    }

    @Override
    public final void flushNow() {
        unflushed = false;
        if (delivered > 0) {
            terms.hub().meter().delivered(kind, delivered, deliveredBytes);
            delivered = 0;
            deliveredBytes = 0;
        }
        flushChannel();
    }

    /** Flushes what was given to the channel. */
    protected abstract void flushChannel();

    private long most() {
        return terms.hub().budget().isSpent() ? queue() / SCARCE : queue();
    }

    /** Whether more of what was missed may be written. */
    final boolean hasRoom() {
        return !isOver() && pending() < most() / 2;
    }

    /** Looks again in a moment: what was written in one turn has not been given to the socket yet. */
    private void doubt() {
        flushChannel();
        if (pending() <= most()) {
            return;
        }
        if (pending() > AT_ONCE * queue()) {
            overflows();
        } else if (!doubted) {
            doubted = true;
            // One turn may be needed until the socket has taken it, where that is told later.
            loop.execute(() -> loop.execute(this::judge));
        }
    }

    private void judge() {
        doubted = false;
        if (!isOver() && pending() > most()) {
            overflows();
        }
    }

    /** Takes the place of a client for which too much waits. */
    final void overflows() {
        if (isOver()) {
            return;
        }
        boolean scarce = terms.hub().budget().isSpent() && pending() <= queue();
        terms.hub().meter().dropped(scarce ? Dropped.MEMORY : Dropped.QUEUE);
        tooSlow(scarce ? "too slow, and memory is scarce" : "too slow");
    }

    /** Takes the place of a client that could not be told of something, in a turn of its own. */
    final void failed() {
        later(0, () -> tooSlow("a message could not be written"));
    }

    /** Called when the client takes more again. */
    protected final void drained() {
        for (int i = 0; i < subscriptions.size(); i++) {
            subscriptions.get(i).goOn();
        }
    }

    @Override
    protected final void visit(long nowNanos) {
        if (over) {
            return;
        }
        look(nowNanos);
        if (isOver()) {
            return;
        }
        for (int i = subscriptions.size() - 1; i >= 0; i--) {
            if (i < subscriptions.size()) {
                subscriptions.get(i).visit();
            }
        }
        Snapshot now = terms.now().get();
        if (terms.tenure().isReconfigured(now)) {
            later(RELOAD_NANOS, this::reconfigured);
        }
        warn(System.currentTimeMillis());
        terms.tenure().ask(now, loop, this::lose);
    }

    private void later(long mostNanos, Runnable what) {
        long nanos = mostNanos <= 0 ? 0 : ThreadLocalRandom.current().nextLong(mostNanos);
        loop.schedule(
                () -> {
                    if (!isOver()) {
                        what.run();
                    }
                },
                nanos,
                TimeUnit.NANOSECONDS);
    }

    /** Ends the client at some time within so many nanoseconds, since the gateway stops. Any thread. */
    public final void stopWithin(long nanos) {
        loop.execute(() -> later(nanos, this::stopping));
    }

    private void warn(long nowMillis) {
        Caller.TokenCaller token = caller().token();
        if (token == null || warned) {
            return;
        }
        long life = token.expiresAtMillis() - token.issuedAtMillis();
        long left = token.expiresAtMillis() - nowMillis;
        if (left > 0 && left <= Math.min(WARNING_MILLIS, Math.max(2_000, life / WARNING_PARTS))) {
            warned = true;
            expiring(Math.max(1, left / 1000));
        }
    }

    /** Goes on for this caller. */
    protected final void renewed(Caller caller) {
        warned = false;
        terms.tenure().renewed(caller);
        subscriptions.forEach(Subscription::present);
    }
}
