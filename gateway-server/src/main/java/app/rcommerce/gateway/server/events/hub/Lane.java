package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions to one topic on one event loop, and how far the topic has been heard there. For that loop. */
final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final LoopTopics loop;
    private final TopicFeed feed;
    private final List<Subscription> members = new ArrayList<>(1);
    private @Nullable HeardTopic topic;
    private @Nullable Position end;
    private boolean live;
    private boolean lost;

    Lane(LoopTopics loop, TopicFeed feed) {
        this.loop = loop;
        this.feed = feed;
    }

    /** Belongs to this topic from now on, which has been heard as far as that. */
    void attached(HeardTopic heard, boolean isLive, boolean isLost, @Nullable Position until) {
        topic = heard;
        live = isLive;
        lost = isLost;
        end = until;
    }

    LoopTopics loop() {
        return loop;
    }

    TopicFeed feed() {
        return feed;
    }

    @Nullable
    HeardTopic topic() {
        return topic;
    }

    /** The position of the message that has been heard last. */
    @Nullable
    Position end() {
        return end;
    }

    /** Whether everything that comes is heard at the moment. */
    boolean isLive() {
        return live;
    }

    /** Whether messages may be missed at the moment. */
    boolean isLost() {
        return lost;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    void add(Subscription subscription) {
        subscription.place = members.size();
        members.add(subscription);
        counted(1);
    }

    void remove(Subscription subscription) {
        int place = subscription.place;
        if (place < 0) {
            return;
        }
        Subscription last = members.removeLast();
        if (last != subscription) {
            members.set(place, last);
            last.place = place;
        }
        subscription.place = -1;
        counted(-1);
        if (members.isEmpty()) {
            loop.emptied(this);
        }
    }

    private void counted(int change) {
        if (topic != null) {
            topic.counted(change);
        }
    }

    /** Passes a message on, and releases it. */
    void heard(Delivery delivery) {
        try {
            if (delivery.position() != null) {
                end = delivery.position();
            }
            // From the end: whoever leaves meanwhile is replaced by one that has been visited.
            for (int i = members.size() - 1; i >= 0; i--) {
                if (i < members.size()) {
                    pass(members.get(i), delivery);
                }
            }
        } finally {
            delivery.release();
        }
    }

    /** Whoever cannot be told loses its place, since it has missed something; the others have not. */
    private static void pass(Subscription to, Delivery delivery) {
        try {
            to.heard(delivery);
        } catch (Throwable e) {
            // There may be no memory left for it.
            LOG.error("a client could not be told of a message", e);
            to.missed();
        }
    }

    void began(@Nullable Position from, boolean unbroken) {
        live = true;
        lost = false;
        end = from;
        int told = 0;
        for (Subscription one : List.copyOf(members)) {
            told += one.began(from, unbroken) ? 1 : 0;
        }
        loop.meter().reset(told);
    }

    void lost() {
        live = false;
        lost = true;
        for (Subscription one : List.copyOf(members)) {
            one.lost();
        }
    }
}
