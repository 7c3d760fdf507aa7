package app.rcommerce.gateway.server.events.hub;

import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import app.rcommerce.gateway.topic.TopicFeed;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that clients of one event loop hear. What is told of them on other threads comes in one queue, so that the
 * loop is woken once for all of it. For that loop, but for {@link #post}.
 */
final class LoopTopics {

    private static final Logger LOG = LoggerFactory.getLogger(LoopTopics.class);
    /** How long a topic is heard on after its last client, which may only be loading its page again. */
    private static final long LINGER_SECONDS = 5;

    /** How much is passed on in one turn of the loop. */
    private static final int AT_ONCE = 64;

    private final Hub hub;
    private final EventLoop loop;
    private final Map<TopicFeed, Lane> lanes = new HashMap<>();
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private boolean last;
    private final AtomicBoolean woken = new AtomicBoolean();

    LoopTopics(Hub hub, EventLoop loop) {
        this.hub = hub;
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    EventsMeter meter() {
        return hub.meter();
    }

    Hub hub() {
        return hub;
    }

    /** Has something done on the loop, behind all that was posted before. Any thread. */
    void post(Runnable told) {
        inbox.add(told);
        if (woken.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    /** Whether what is being passed on is alone, so that each client is best served at once. */
    boolean isLastForNow() {
        return last;
    }

    private void drain() {
        Runnable told = inbox.poll();
        int left = AT_ONCE;
        while (told != null) {
            try {
                last = left == AT_ONCE && inbox.isEmpty();
                told.run();
            } catch (Throwable e) {
                // Also where there is no memory left: whoever is woken must pass on what is still to come.
                LOG.error("what was told of a topic could not be passed on", e);
            }
            last = false;
            left--;
            if (left == 0) {
                // The loop has others to serve, and sockets to write to.
                loop.execute(this::drain);
                return;
            }
            told = inbox.poll();
        }
        woken.set(false);
        if (!inbox.isEmpty() && woken.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    /** The lane of a topic, which is heard from now on. */
    Lane lane(TopicFeed feed) {
        Lane known = lanes.get(feed);
        if (known != null) {
            return known;
        }
        Lane made = new Lane(this, feed);
        lanes.put(feed, made);
        hub.attach(made);
        return made;
    }

    /** Called when the last client of a topic has left. */
    void emptied(Lane lane) {
        loop.schedule(() -> giveUp(lane), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    private void giveUp(Lane lane) {
        if (lane.isEmpty() && lanes.remove(lane.feed(), lane)) {
            hub.detach(lane);
        }
    }
}
