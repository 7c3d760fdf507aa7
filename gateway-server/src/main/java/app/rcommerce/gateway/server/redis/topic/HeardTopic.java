package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.server.redis.resp.RespDecoder;
import app.rcommerce.gateway.store.topic.TopicListener;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import app.rcommerce.gateway.topic.TopicMessage;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel as this node hears it. First it looks where the topic ends, then it subscribes, then it joins: another
 * node that has heard the topic all along shows so, or a new epoch begins, since messages may have been lost unheard.
 * From then on each message that is heard gets the place that all nodes agree on, by one script for all that have come
 * together; only then is it told. Confined to one event loop.
 */
final class HeardTopic {

    private static final Logger LOG = LoggerFactory.getLogger(HeardTopic.class);

    /** So many messages, and so many bytes of them, are given places by one call at most. */
    private static final int BATCH_MESSAGES = 256;

    private static final int BATCH_BYTES = 1 << 20;
    /** How long it is asked at most whether another node has heard the topic, in all and from one time to the next. */
    private static final long JOIN_MILLIS = 2_000;

    private static final long FIRST_RETRY_MILLIS = 20;
    private static final long LONGEST_RETRY_MILLIS = 400;
    private static final long REFUSED_MILLIS = 1_000;
    /** When what others were about to write at the time of joining is looked for. */
    private static final long SECOND_LOOK_MILLIS = 1_000;
    /** How often a node shows that it hears a silent topic: the hash lives for an hour. */
    private static final long SHOW_MILLIS = TimeUnit.MINUTES.toMillis(10);

    /** What topics need to know of where they are. */
    interface Surroundings {
        /** The name of this node. */
        String node();

        TopicKeys keys();

        EventLoop loop();

        /** Asks the other nodes to show that they hear the channel. */
        void askOthers(String channel);

        /** Takes room for a message that waits for its place; false where there is none. */
        boolean reserve(int bytes);

        /** Gives room back. */
        void release(long bytes);
    }

    private enum State {
        /** There is no connection. */
        AWAY,
        /** What comes before the topic is heard: where it ends, the subscription, another node's sign. */
        JOINING,
        /** Every message is told. */
        HEARING,
        /** Nobody listens any more. */
        LEFT
    }

    private final TopicFeed feed;
    private final Surroundings around;
    private final String state;
    private final String history;
    /** Each listener, with whether it was told that the topic is heard. */
    private final Map<TopicListener, Boolean> listeners = new LinkedHashMap<>();

    private final Deque<String> queue = new ArrayDeque<>();
    private long queueBytes;

    private @Nullable TopicConnection connection;
    private State now = State.AWAY;
    private boolean subscribed;
    private String epoch = "";
    /** The offset up to which everything has been told; -1 while none is known. */
    private long cursor = -1;

    private long lookedTop;
    /** When this subscription began, by the clock of Redis, in microseconds. */
    private long subscribedMicros;

    private String joiningSince = "";
    private long joinMillis;
    private List<String> sent = List.of();
    private boolean calling;
    /** When the newest answer was given, in microseconds: all that was published before has arrived. */
    private long answeredMicros;
    /** Until when nothing has been heard that is not written, or being written, in microseconds. */
    private long completeMicros;
    /** How many more calls show that all is written that was published before the first of them. */
    private int shows;
    /** Counts beginnings: what was scheduled for an earlier one is dropped. */
    private int attempt;

    HeardTopic(TopicFeed feed, Surroundings around) {
        this.feed = feed;
        this.around = around;
        this.state = around.keys().state(feed);
        this.history = around.keys().history(feed);
    }

    TopicFeed feed() {
        return feed;
    }

    boolean isListenedTo() {
        return !listeners.isEmpty();
    }

    void add(TopicListener listener) {
        listeners.put(listener, now == State.HEARING);
        if (now == State.HEARING) {
            listener.began(end(), false);
        }
    }

    void remove(TopicListener listener) {
        listeners.remove(listener);
    }

    private @Nullable Position end() {
        return feed.history().isKept() ? new Position(epoch, cursor) : null;
    }

    /** Begins to hear on a connection, in place of any other; nothing where it does so already. */
    void hearOn(TopicConnection on) {
        TopicConnection before = connection;
        if (now == State.LEFT || before == on) {
            return;
        }
        if (before != null) {
            // The channel belongs to another master now.
            unsubscribe(before);
            connectionLost(before);
        }
        connection = on;
        subscribed = false;
        look();
    }

    /** Looks where the topic ends: what is heard after that has its place behind it. */
    private void look() {
        TopicConnection on = connection;
        if (on == null) {
            return;
        }
        now = State.JOINING;
        attempt++;
        joiningSince = "";
        joinMillis = 0;
        if (!feed.history().isKept()) {
            subscribe(on);
            return;
        }
        join(on, "look", answer -> {
            lookedTop = number(answer, 2);
            // What was heard until now has been written by others, or a new epoch begins.
            drop();
            if (subscribed) {
                join(on);
            } else {
                subscribedMicros = number(answer, 3);
                subscribe(on);
            }
        });
    }

    private void subscribe(TopicConnection on) {
        on.send(List.of("SUBSCRIBE", feed.channel()), answer -> {
            if (answer instanceof RespDecoder.Refused) {
                refused("SUBSCRIBE", answer);
            } else if (now == State.JOINING) {
                subscribed = true;
                if (feed.history().isKept()) {
                    join(on);
                } else {
                    now = State.HEARING;
                    tellBegun(false);
                }
            }
        });
    }

    private void join(TopicConnection on) {
        String mode = feed.reliable() ? "trust" : joinMillis >= JOIN_MILLIS ? "force" : "join";
        join(on, mode, answer -> {
            if (number(answer, 0) == 1) {
                joined(text(answer, 1), text(answer, 3));
                return;
            }
            joiningSince = text(answer, 3);
            around.askOthers(feed.channel());
            long wait = Math.clamp(joinMillis, FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
            joinMillis += wait;
            later(wait, () -> join(on));
        });
    }

    /** Calls the script by which nodes join; whatever is no answer of it ends the attempt. */
    private void join(TopicConnection on, String mode, Consumer<List<?>> then) {
        int begun = attempt;
        on.call(
                TopicScripts.JOIN,
                state,
                history,
                answer -> {
                    if (begun != attempt || now != State.JOINING) {
                        return;
                    }
                    if (answer instanceof List<?> list && list.size() == 4) {
                        then.accept(list);
                    } else {
                        refused("a script", answer);
                    }
                },
                List.of(
                        around.node(),
                        TopicScripts.epoch(),
                        mode,
                        joiningSince,
                        TopicScripts.stateLife(feed.history())));
    }

    private void joined(String joinedEpoch, String since) {
        boolean unbroken = cursor >= 0 && joinedEpoch.equals(epoch);
        if (!unbroken) {
            epoch = joinedEpoch;
            cursor = lookedTop;
        }
        now = State.HEARING;
        answeredMicros = 0;
        completeMicros = Long.parseLong(since);
        shows = 0;
        tellBegun(unbroken);
        place();
        later(SECOND_LOOK_MILLIS, this::show);
        showEvery();
    }

    private void tellBegun(boolean unbroken) {
        listeners.replaceAll((listener, told) -> {
            listener.began(end(), unbroken && told);
            return true;
        });
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
        if (now == State.HEARING && feed.history().isKept()) {
            shows = 2;
            goOn();
        }
    }

    /** Called when a message has come on the channel. */
    void message(String data) {
        if (now == State.AWAY || now == State.LEFT) {
            return;
        }
        if (!feed.history().isKept()) {
            tell(List.of(new TopicMessage(null, data)));
            return;
        }
        if (!around.reserve(data.length())) {
            if (now == State.HEARING) {
                LOG.warn("topic {}: more messages wait for their places than may, so it begins anew", feed.channel());
            }
            cursor = -1;
            beginLater();
            return;
        }
        queueBytes += data.length();
        queue.add(data);
    }

    /** Called when all has come that was read at one time. */
    void quiet() {
        goOn();
    }

    private void goOn() {
        if (now == State.HEARING && !calling && (!queue.isEmpty() || shows > 0)) {
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
        sent = batch();
        if (queue.isEmpty()) {
            completeMicros = Math.max(completeMicros, answeredMicros);
        }
        arguments.add(Long.toString(completeMicros));
        arguments.addAll(sent);
        calling = true;
        int begun = attempt;
        on.call(
                TopicScripts.HEARD,
                state,
                history,
                answer -> {
                    if (begun == attempt && now == State.HEARING) {
                        calling = false;
                        placed(answer);
                    }
                },
                arguments);
    }

    private List<String> batch() {
        List<String> some = new ArrayList<>(Math.min(queue.size(), BATCH_MESSAGES));
        int bytes = 0;
        while (!queue.isEmpty() && some.size() < BATCH_MESSAGES && bytes < BATCH_BYTES) {
            String next = queue.remove();
            bytes += next.length();
            some.add(next);
        }
        return some;
    }

    private void placed(Object answer) {
        if (!(answer instanceof List<?> list)) {
            refused("a script", answer);
            return;
        }
        List<String> heard = sent;
        sent = List.of();
        heard.forEach(this::free);
        if (number(list, 0) != 1) {
            // Redis knows nothing of this node any more, or keeps no longer what it has not seen.
            cursor = -1;
            lost();
            look();
            return;
        }
        answeredMicros = number(list, 2);
        List<TopicMessage> messages = new ArrayList<>((list.size() - 3) / 3);
        for (int i = 3; i + 2 < list.size(); i += 3) {
            long offset = number(list, i);
            String data = list.get(i + 2) instanceof Long which ? heard.get(which.intValue() - 1) : text(list, i + 2);
            if (!(list.get(i + 2) instanceof Long) && number(list, i + 1) >= subscribedMicros) {
                // It was published after the subscription began, so it has come, or it never comes.
                forget(data);
            }
            if (offset > cursor) {
                cursor = offset;
                messages.add(new TopicMessage(new Position(epoch, offset), data));
            }
        }
        if (!messages.isEmpty()) {
            tell(messages);
        }
        goOn();
    }

    private void tell(List<TopicMessage> messages) {
        listeners.keySet().forEach(listener -> listener.heard(messages));
    }

    private void forget(String data) {
        if (queue.removeFirstOccurrence(data)) {
            free(data);
        }
    }

    private void free(String data) {
        queueBytes -= data.length();
        around.release(data.length());
    }

    private void drop() {
        around.release(queueBytes);
        queueBytes = 0;
        queue.clear();
        sent = List.of();
    }

    /** Called when the connection has ended, with its subscriptions. */
    void connectionLost(TopicConnection which) {
        if (connection != which) {
            return;
        }
        connection = null;
        subscribed = false;
        if (now != State.LEFT) {
            lost();
            now = State.AWAY;
            attempt++;
        }
        drop();
    }

    private void lost() {
        if (now == State.HEARING) {
            listeners.forEach((listener, told) -> {
                if (told) {
                    listener.lost();
                }
            });
        }
        calling = false;
        now = now == State.HEARING ? State.JOINING : now;
    }

    /** Redis refuses what the topic needs, such as writing: it is not heard, and tried again. */
    private void refused(String what, Object answer) {
        LOG.warn("topic {}: Redis refuses {} ({})", feed.channel(), what, TopicConnection.reason(answer));
        beginLater();
    }

    private void beginLater() {
        lost();
        drop();
        now = State.JOINING;
        attempt++;
        later(REFUSED_MILLIS, this::look);
    }

    /** Hears the topic no more. */
    void leave() {
        TopicConnection on = connection;
        now = State.LEFT;
        attempt++;
        drop();
        if (on != null) {
            unsubscribe(on);
        }
    }

    private void unsubscribe(TopicConnection from) {
        if (subscribed) {
            from.send(List.of("UNSUBSCRIBE", feed.channel()), answer -> {});
        }
        if (feed.history().isKept()) {
            from.send(List.of("HDEL", state, "s:" + around.node()), answer -> {});
        }
    }

    private void later(long millis, Runnable then) {
        int begun = attempt;
        around.loop()
                .schedule(
                        () -> {
                            if (begun == attempt) {
                                then.run();
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private static String text(List<?> answer, int at) {
        return answer.get(at) instanceof String text ? text : "";
    }

    private static long number(List<?> answer, int at) {
        Object value = answer.get(at);
        try {
            return value instanceof Long number ? number : value instanceof String text ? Long.parseLong(text) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
