package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.store.topic.TopicStore;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A topic that is heard on this node: the store is listened to once, however many clients there are, and what it tells
 * goes to each event loop that has some. Safe for any thread.
 */
final class HeardTopic implements TopicListener {

    private final Hub hub;
    private final TopicFeed feed;
    private final List<Lane> lanes = new ArrayList<>();
    private TopicStore.@Nullable Listening listening;
    private final AtomicInteger clients = new AtomicInteger();
    private boolean begun;
    private boolean live;
    private boolean lost;
    private @Nullable Position end;
    private boolean closed;

    HeardTopic(Hub hub, TopicFeed feed) {
        this.hub = hub;
        this.feed = feed;
    }

    TopicFeed feed() {
        return feed;
    }

    /** Adds an event loop; on that loop. False where the topic is heard no more. */
    synchronized boolean attach(Lane lane) {
        if (closed) {
            return false;
        }
        lanes.add(lane);
        lane.attached(this, live, lost, end);
        return true;
    }

    /** Begins to listen, if nobody has. Not while any lock is held: the store may tell its first news at once. */
    void listen(TopicStore store) {
        synchronized (this) {
            if (begun) {
                return;
            }
            begun = true;
        }
        TopicStore.Listening made = store.listen(feed, this);
        synchronized (this) {
            if (!closed) {
                listening = made;
                return;
            }
        }
        made.end();
    }

    /** Removes an event loop; whether it was the last one, so that nothing is heard any more. */
    boolean detach(Lane lane) {
        TopicStore.Listening ending;
        synchronized (this) {
            lanes.remove(lane);
            if (!lanes.isEmpty() || closed) {
                return false;
            }
            closed = true;
            ending = listening;
        }
        if (ending != null) {
            ending.end();
        }
        return true;
    }

    @Override
    public synchronized void began(@Nullable Position from, boolean unbroken) {
        live = true;
        lost = false;
        end = from;
        for (Lane lane : lanes) {
            lane.loop().post(() -> lane.began(from, unbroken));
        }
    }

    @Override
    public synchronized void heard(List<TopicMessage> messages) {
        hub.meter().heard(messages.size());
        if (lanes.isEmpty()) {
            return;
        }
        for (TopicMessage message : messages) {
            if (message.position() != null) {
                end = message.position();
            }
            Delivery delivery = new Delivery(feed.topic(), message, hub.budget());
            if (lanes.size() > 1) {
                delivery.retain(lanes.size() - 1);
            }
            for (Lane lane : lanes) {
                lane.loop().post(() -> lane.heard(delivery));
            }
        }
    }

    @Override
    public synchronized void lost() {
        live = false;
        lost = true;
        for (Lane lane : lanes) {
            lane.loop().post(lane::lost);
        }
    }

    /** Counts a client that has come, or left. */
    void counted(int change) {
        clients.addAndGet(change);
    }

    synchronized Hub.Heard view() {
        return Hub.Heard.of(feed.topic(), clients.get(), live, lost, end);
    }

    synchronized boolean isLost() {
        return lost;
    }
}
