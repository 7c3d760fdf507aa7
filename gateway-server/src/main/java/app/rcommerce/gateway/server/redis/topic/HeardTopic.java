package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel as this node hears it. Each message that is heard gets the place that all nodes agree on, by one script
 * for all that have come together; only then is it told. Confined to one event loop.
 */
final class HeardTopic implements Joining.Joiner {

    private static final Logger LOG = LoggerFactory.getLogger(HeardTopic.class);

    /** When what others were about to write at the time of joining is looked for. */
    private static final long SECOND_LOOK_MILLIS = 1_000;
    /** How often a node shows that it hears a silent topic: the hash lives for an hour. */
    private static final long SHOW_MILLIS = TimeUnit.MINUTES.toMillis(10);
    /** What an answer begins with where others have written more than it holds. */
    private static final long MORE = 2;

    /** What topics need to know of where they are. */
    interface Surroundings {
        /** The name of this node. */
        String node();

        TopicKeys keys();

        EventLoop loop();

        /** Whether there are several masters, which publish for all of them. */
        boolean isCluster();

        /** Asks the other nodes to show that they hear the channel. */
        void askOthers(String channel);

        /** Takes room for a message that waits for its place; false where there is none. */
        boolean reserve(int length);

        /** Gives room back. */
        void release(long length);
    }

    private enum State {
        /** There is no connection, or the channel is not yet heard on it. */
        JOINING,
        /** Every message is told. */
        HEARING,
        /** Nobody listens any more. */
        LEFT
    }

    private TopicFeed feed;
    private final Surroundings around;
    private final Joining joining;
    private final String stateKey;
    private final String historyKey;
    private final Listeners listeners = new Listeners();
    private final Unplaced unplaced;

    private @Nullable TopicConnection connection;
    private State state = State.JOINING;
    private String epoch = "";
    /** The offset up to which everything has been told; -1 while none is known. */
    private long cursor = -1;

    private boolean calling;
    /** When the newest answer was given, in microseconds: all that was published before has arrived. */
    private long answeredMicros;
    /** Until when nothing has been heard that is not written, or being written, in microseconds. */
    private long completeMicros;
    /** How many more calls show that all is written that was published before the first of them. */
    private int shows;
    /** Counts the times of hearing: what was asked or scheduled in an earlier one is dropped. */
    private int hearing;

    HeardTopic(TopicFeed feed, Surroundings around) {
        this.feed = feed;
        this.around = around;
        this.joining = new Joining(feed, around, this);
        this.unplaced = new Unplaced(around);
        this.stateKey = around.keys().state(feed);
        this.historyKey = around.keys().history(feed);
    }

    TopicFeed feed() {
        return feed;
    }

    boolean isListenedTo() {
        return !listeners.isEmpty();
    }

    /** Adds a listener, and hears the topic as it wants from now on: it may come from a newer configuration. */
    void add(TopicFeed wanted, TopicListener listener) {
        hearAs(wanted);
        listeners.add(listener, wanted);
        if (state == State.HEARING) {
            listeners.beganFor(listener, end());
        }
    }

    void remove(TopicListener listener) {
        listeners.remove(listener);
        TopicFeed newest = listeners.newestFeed();
        if (newest != null) {
            hearAs(newest);
        }
    }

    /** Hears the topic as this says: without a break where no more differs than how much is kept, else anew. */
    private void hearAs(TopicFeed wanted) {
        boolean isAlike = wanted.history().isKept() == feed.history().isKept() && wanted.reliable() == feed.reliable();
        TopicConnection on = connection;
        if (!isAlike) {
            joining.leave();
            cursor = -1;
            connection = null;
            stop();
        }
        feed = wanted;
        joining.hearAs(wanted);
        if (!isAlike && on != null) {
            hearOn(on);
        }
    }

    /** The channel is its shard's no more, if it was one of a shard. */
    void shardMoved(TopicConnection which) {
        if (joining.isSharded()) {
            connectionLost(which);
        }
    }

    private @Nullable Position end() {
        return feed.history().isKept() ? new Position(epoch, cursor) : null;
    }

    /** Begins to hear on a connection, in place of any other; nothing where it does so already. */
    void hearOn(TopicConnection on) {
        TopicConnection before = connection;
        if (state == State.LEFT || before == on) {
            return;
        }
        if (before != null) {
            // The channel belongs to another master now.
            joining.leave();
            connectionLost(before);
        }
        connection = on;
        joining.begin(on);
    }

    @Override
    public void looked() {
        unplaced.clear();
    }

    @Override
    public void asked() {
        unplaced.markEarly();
    }

    /** Something has come on the channel that cannot be told. */
    void unheard() {
        if (state == State.HEARING) {
            cursor = -1;
            stop();
            joining.again();
        }
    }

    @Override
    public void joined(String joined, long end, long sinceMicros, boolean own) {
        boolean unbroken = cursor >= 0 && joined.equals(epoch);
        if (!unbroken && !own) {
            // Another node's epoch has begun meanwhile: it has been written, or it is within the gap that is told.
            unplaced.dropEarly();
        }
        state = State.HEARING;
        hearing++;
        if (!feed.history().isKept()) {
            listeners.began(null, false);
            return;
        }
        if (!unbroken) {
            epoch = joined;
            cursor = end;
        }
        answeredMicros = 0;
        completeMicros = sinceMicros;
        shows = 0;
        listeners.began(end(), unbroken);
        place();
        later(SECOND_LOOK_MILLIS, this::show);
        showEvery();
    }

    private void showEvery() {
        later(SHOW_MILLIS, () -> {
            show();
            showEvery();
        });
    }

    /**
     * Shows other nodes that this one hears the topic, and that all is written that was published until now: by two
     * calls, since what comes while the first one is on its way is in the second one.
     */
    void show() {
        if (state == State.HEARING && feed.history().isKept()) {
            shows = 2;
            goOn();
        }
    }

    /** Called when a message has come on the channel. */
    void message(String data) {
        if (state == State.LEFT) {
            return;
        }
        if (!feed.history().isKept()) {
            if (state == State.HEARING) {
                listeners.heard(List.of(new TopicMessage(null, data)));
            }
            return;
        }
        if (!unplaced.add(data)) {
            if (state == State.HEARING) {
                LOG.warn("topic {}: more messages wait for their places than may, so it begins anew", feed.channel());
            }
            cursor = -1;
            stop();
            joining.later();
        }
    }

    /** Called when all has come that was read at one time. */
    void quiet() {
        goOn();
    }

    private void goOn() {
        if (state == State.HEARING && !calling && (!unplaced.isEmpty() || shows > 0)) {
            shows = Math.max(0, shows - 1);
            place();
        }
    }

    /** Gives the messages that wait their places. */
    private void place() {
        TopicConnection on = connection;
        if (on == null) {
            return;
        }
        List<String> arguments = new ArrayList<>(List.of(
                around.node(),
                epoch,
                Long.toString(cursor),
                TopicScripts.most(feed.history()),
                TopicScripts.age(feed.history()),
                TopicScripts.stateLife(feed.history())));
        List<String> sent = unplaced.send();
        if (unplaced.isEmpty()) {
            completeMicros = Math.max(completeMicros, answeredMicros);
        }
        arguments.add(Long.toString(completeMicros));
        arguments.add(TopicScripts.MOST_BYTES);
        arguments.addAll(sent);
        calling = true;
        int asked = hearing;
        on.call(
                TopicScripts.HEARD,
                stateKey,
                historyKey,
                answer -> {
                    if (asked == hearing && state == State.HEARING) {
                        calling = false;
                        placed(answer);
                    }
                },
                arguments);
    }

    private void placed(Object answer) {
        if (!(answer instanceof List<?> list) || list.isEmpty()) {
            LOG.warn("topic {}: Redis refuses a script ({})", feed.channel(), TopicConnection.reason(answer));
            stop();
            joining.later();
            return;
        }
        long kind = TopicAnswers.number(list, 0);
        if (kind == 0) {
            // Redis knows nothing of this node any more, or keeps no longer what it has not seen.
            cursor = -1;
            stop();
            joining.again();
            return;
        }
        answeredMicros = TopicAnswers.number(list, 2);
        BitSet places = new BitSet();
        List<TopicMessage> messages = new ArrayList<>((list.size() - 3) / 3);
        for (int i = 3; i + 2 < list.size(); i += 3) {
            long offset = TopicAnswers.number(list, i);
            String data = data(list, i, places);
            if (offset > cursor) {
                cursor = offset;
                messages.add(new TopicMessage(new Position(epoch, offset), data));
            }
        }
        unplaced.placed(places);
        if (kind == MORE) {
            shows++;
        }
        if (!messages.isEmpty()) {
            listeners.heard(messages);
        }
        goOn();
    }

    /** The data of a message that begins there in an answer: one of those that were sent, or one that was not. */
    private String data(List<?> list, int at, BitSet places) {
        if (list.get(at + 2) instanceof Long which) {
            places.set(which.intValue() - 1);
            return unplaced.sent().get(which.intValue() - 1);
        }
        String data = TopicAnswers.text(list, at + 2);
        if (TopicAnswers.number(list, at + 1) >= joining.subscribedMicros()) {
            // It was published after the subscription began, so it has come, or it never comes.
            unplaced.remove(data);
        }
        return data;
    }

    /** Called when the connection has ended, with its subscriptions. */
    void connectionLost(TopicConnection which) {
        if (connection != which) {
            return;
        }
        connection = null;
        joining.connectionLost();
        stop();
    }

    /** Hears nothing for the time being. */
    private void stop() {
        if (state == State.HEARING) {
            state = State.JOINING;
            listeners.lost();
        }
        calling = false;
        hearing++;
        unplaced.clear();
    }

    /** Hears the topic no more. */
    void leave() {
        joining.leave();
        stop();
        state = State.LEFT;
    }

    private void later(long millis, Runnable then) {
        int asked = hearing;
        around.loop()
                .schedule(
                        () -> {
                            if (asked == hearing) {
                                then.run();
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }
}
