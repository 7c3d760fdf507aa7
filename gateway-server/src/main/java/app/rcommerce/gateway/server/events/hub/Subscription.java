package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.server.events.presence.Presences;
import app.rcommerce.gateway.server.exchange.events.EventsMeter.Recovery;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicMessage;
import app.rcommerce.gateway.topic.TopicRule;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client's subscription to one topic. What it has missed is fetched while what comes meanwhile is held; then it is
 * sent what was missed, what was held and is not among that, and everything from then on. For the client's event loop.
 *
 * <p>1. It becomes a member of its lane, so that it misses nothing from then on, and holds what comes. 2. The store is
 * asked, unless the client has seen as much as has been heard. 3. The subscriber is told where it begins, and lets it
 * {@link #start}. 4. What was missed is written as fast as the client takes it, then what was held beyond that. 5. It
 * is live. Messages that the store has told of before they were heard are dropped when they come.
 */
public final class Subscription {

    private enum State {
        /** It waits for the topic to be heard. */
        WAITING,
        /** The store is asked. */
        ASKING,
        /** The subscriber has been told where it begins. */
        JOINED,
        /** What was missed is being written. */
        REPLAYING,
        LIVE,
        ENDED
    }

    /** What came while it was not live. */
    private sealed interface Held {}

    private record HeldMessage(Delivery delivery) implements Held {}

    private record HeldBegin(@Nullable Position from) implements Held {}

    /** The place in its lane; -1 where it has none. */
    int place = -1;

    private final Subscriber subscriber;
    private final Lane lane;
    private final TopicRule rule;
    private final @Nullable Position since;
    private State state = State.WAITING;
    /** While it is not live: the position of what was written last, or from which it begins. */
    private @Nullable Position at;
    /** Messages up to this one are not written again. */
    private @Nullable Position seen;

    private @Nullable Deque<Held> held;
    private long heldBytes;
    private @Nullable Deque<TopicMessage> missed;
    private long missedBytes;
    private int visits;
    /** Whether the client has been told that it may miss messages until it is told of a reset. */
    private boolean degraded;
    /** What the client is called among those who are there; null where that is not counted. */
    private @Nullable String presentAs;

    Subscription(Subscriber subscriber, Lane lane, TopicRule rule, @Nullable Position since) {
        this.subscriber = subscriber;
        this.lane = lane;
        this.rule = rule;
        this.since = since;
    }

    /** The name of the topic. */
    public String topic() {
        return lane.feed().topic();
    }

    /** The topic as the route has it. */
    public TopicRule rule() {
        return rule;
    }

    /** How far the client has been written; null where that is not known. */
    public @Nullable Position position() {
        return state == State.LIVE && seen == null ? lane.end() : at;
    }

    /** Waits no longer for the topic to be heard, where it has done so for a second. */
    void visit() {
        if (state == State.WAITING && visits++ > 0) {
            joinDegraded();
        }
    }

    void join() {
        lane.add(this);
        present();
        if (lane.isLive()) {
            ask();
        } else if (lane.isLost()) {
            joinDegraded();
        }
    }

    private void joinDegraded() {
        degraded = true;
        joined(new Joined(null, since == null ? null : false, true));
    }

    private void ask() {
        state = State.ASKING;
        Position end = lane.end();
        if (since != null && since.equals(end)) {
            at = end;
            joined(new Joined(end, true, false));
        } else if (since != null && lane.feed().history().isKept()) {
            TopicStore store = lane.loop().hub().store();
            answer(
                    store.replay(lane.feed(), since)
                            .thenCompose(replay -> replay.recovered() || !rule.latest()
                                    ? CompletableFuture.completedStage(replay)
                                    : store.newest(lane.feed())),
                    end);
        } else if (rule.latest()) {
            answer(lane.loop().hub().store().newest(lane.feed()), end);
        } else {
            at = end;
            joined(new Joined(end, since == null ? null : false, false));
        }
    }

    private void answer(CompletionStage<Replay> stage, @Nullable Position asked) {
        stage.whenComplete((replay, failure) -> lane.loop().loop().execute(() -> {
            if (state != State.ASKING) {
                return;
            }
            if (failure != null) {
                if (lane.isLive()) {
                    // Everything since is heard: the client is told so with a reset, and misses nothing from there on.
                    held().addFirst(new HeldBegin(asked));
                }
                joinDegraded();
            } else {
                replayed(replay);
            }
        }));
    }

    private void replayed(Replay replay) {
        boolean recovered = since != null && replay.recovered();
        List<TopicMessage> wanted = recovered || rule.latest() ? replay.messages() : List.of();
        long bytes = 0;
        for (TopicMessage message : wanted) {
            bytes += 2L * message.data().length();
        }
        if (bytes > 0 && !lane.loop().hub().budget().reserve(bytes)) {
            // There is no room for what was missed: the client is told, and goes on from here.
            wanted = List.of();
            bytes = 0;
            recovered = false;
        }
        missed = wanted.isEmpty() ? null : new ArrayDeque<>(wanted);
        missedBytes = bytes;
        seen = replay.end();
        at = recovered ? since : replay.end();
        joined(new Joined(recovered ? since : replay.end(), since == null ? null : recovered, false));
    }

    private void joined(Joined how) {
        state = State.JOINED;
        if (since != null) {
            lane.loop()
                    .meter()
                    .recovery(how.degraded() ? Recovery.DEGRADED : how.isGap() ? Recovery.LOST : Recovery.RECOVERED);
        }
        subscriber.joined(this, how);
    }

    /** Begins to write, once the client has been told where it begins. */
    public void start() {
        if (state == State.JOINED) {
            state = State.REPLAYING;
            goOn();
        }
    }

    /** Writes more of what was missed, as the client takes it. */
    void goOn() {
        while (state == State.REPLAYING && missed != null && subscriber.hasRoom()) {
            TopicMessage next = missed.poll();
            if (next == null) {
                forgetMissed();
                break;
            }
            Delivery delivery = new Delivery(topic(), next, lane.loop().hub().budget());
            try {
                at = next.position() == null ? at : next.position();
                subscriber.write(this, delivery);
            } finally {
                delivery.release();
            }
        }
        if (state == State.REPLAYING && missed == null) {
            catchUp();
        }
    }

    private void catchUp() {
        Deque<Held> waiting = held;
        held = null;
        heldBytes = 0;
        at = seen == null ? at : seen;
        state = State.LIVE;
        if (waiting == null) {
            return;
        }
        dropBeforeBegin(waiting);
        Held next = waiting.poll();
        while (next != null) {
            switch (next) {
                case HeldMessage message -> {
                    try {
                        if (state == State.LIVE) {
                            heard(message.delivery());
                        }
                    } finally {
                        message.delivery().release();
                    }
                }
                case HeldBegin begin -> {
                    if (state == State.LIVE) {
                        began(begin.from(), false);
                    }
                }
            }
            next = waiting.poll();
        }
    }

    /** Drops what came of an epoch that had ended when the store was asked: it is known to be incomplete. */
    private void dropBeforeBegin(Deque<Held> waiting) {
        Position joined = seen;
        int last = 0;
        int i = 0;
        for (Held one : waiting) {
            i++;
            if (one instanceof HeldBegin(Position from)
                    && joined != null
                    && from != null
                    && from.epoch().equals(joined.epoch())) {
                last = i;
            }
        }
        for (int dropped = 0; dropped < last; dropped++) {
            if (waiting.poll() instanceof HeldMessage(Delivery delivery)) {
                delivery.release();
            }
        }
    }

    void heard(Delivery delivery) {
        switch (state) {
            case LIVE -> {
                if (isSeen(delivery.position())) {
                    return;
                }
                seen = null;
                at = delivery.position();
                subscriber.write(this, delivery);
            }
            case ENDED, WAITING -> {
                // Nobody has been promised anything.
            }
            default -> {
                held().add(new HeldMessage(delivery));
                delivery.retain();
                heldBytes += delivery.size();
                if (heldBytes > subscriber.queue()) {
                    subscriber.overflows();
                }
            }
        }
    }

    private boolean isSeen(@Nullable Position position) {
        return seen != null && position != null && position.epoch().equals(seen.epoch()) && !position.isAfter(seen);
    }

    private Deque<Held> held() {
        Deque<Held> waiting = held;
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
            held = waiting;
        }
        return waiting;
    }

    /** The topic is heard from here on; returns whether the client has been told of a gap. */
    boolean began(@Nullable Position from, boolean unbroken) {
        switch (state) {
            case WAITING -> ask();
            case LIVE -> {
                if ((unbroken && !degraded) || (from != null && isSeen(from))) {
                    return false;
                }
                degraded = false;
                seen = null;
                at = from;
                subscriber.reset(this, from);
                return true;
            }
            case ENDED -> {
                // It has nobody to tell.
            }
            default -> {
                if (!unbroken || degraded) {
                    held().add(new HeldBegin(from));
                }
            }
        }
        return false;
    }

    void lost() {
        if (state == State.WAITING) {
            joinDegraded();
        }
    }

    /** Called when the client could not be told of a message: nothing follows, and it has to come back. */
    void missed() {
        end();
        at = null;
        subscriber.failed();
    }

    /** Is counted among those who are there, as whoever the client is now. */
    void present() {
        if (rule.presence()) {
            absent();
            presentAs = Presences.nameOf(subscriber.caller());
            lane.loop().hub().presences().join(topic(), presentAs);
        }
    }

    private void absent() {
        if (presentAs != null) {
            lane.loop().hub().presences().leave(topic(), presentAs);
            presentAs = null;
        }
    }

    /** Ends it; nothing is written any more. */
    void end() {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        lane.remove(this);
        absent();
        forgetMissed();
        Deque<Held> waiting = held;
        held = null;
        if (waiting != null) {
            waiting.forEach(one -> {
                if (one instanceof HeldMessage(Delivery delivery)) {
                    delivery.release();
                }
            });
        }
    }

    private void forgetMissed() {
        missed = null;
        if (missedBytes > 0) {
            lane.loop().hub().budget().release(missedBytes);
            missedBytes = 0;
        }
    }

    @Override
    public String toString() {
        return topic() + " " + Objects.toString(position());
    }
}
