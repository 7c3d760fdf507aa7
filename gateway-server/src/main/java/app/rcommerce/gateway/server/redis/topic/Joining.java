package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.server.redis.resp.RespDecoder;
import app.rcommerce.gateway.topic.TopicFeed;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps by which a node comes to hear a channel: it looks where the topic ends, it subscribes, and it joins, for
 * which another node has to show that all is written that was published before; where none does a new epoch begins,
 * since messages may have been lost unheard. Confined to one event loop.
 */
final class Joining {

    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

    /** How long another node is waited for at most, in all and from one time to the next. */
    private static final long JOIN_MILLIS = 2_000;

    private static final long FIRST_RETRY_MILLIS = 20;
    private static final long LONGEST_RETRY_MILLIS = 400;
    private static final long REFUSED_MILLIS = 1_000;

    /** Who joins. */
    interface Joiner {
        /** What has been heard until now has been written by others, or a new epoch begins. */
        void looked();

        /** What has been heard until now was published before the node showed that it is subscribed. */
        void asked();

        /**
         * The channel is heard.
         *
         * @param epoch of the topic; empty where it keeps no history
         * @param end the offset behind which everything is heard
         * @param sinceMicros until when all is written that was published, by the clock of Redis
         * @param own whether the epoch begins with this node
         */
        void joined(String epoch, long end, long sinceMicros, boolean own);
    }

    private TopicFeed feed;
    private final HeardTopic.Surroundings around;
    private final String state;
    private final String history;
    private final Joiner joiner;

    private @Nullable TopicConnection connection;
    private boolean subscribed;
    /** Whether the channel is one of a shard (Redis 7.0), which is heard where the topic's keys are. */
    private boolean sharded;

    private long end;
    private long subscribedMicros;
    private String since = "";
    /** The name that a new epoch would have. */
    private String candidate = "";

    private long waitedMillis;
    /** Whether it begins again in a while. */
    private boolean postponed;
    /** Counts beginnings: what was asked or scheduled for an earlier one is dropped. */
    private int attempt;

    Joining(TopicFeed feed, HeardTopic.Surroundings around, Joiner joiner) {
        this.feed = feed;
        this.around = around;
        this.state = around.keys().state(feed);
        this.history = around.keys().history(feed);
        this.joiner = joiner;
    }

    /** When the subscription began, by the clock of Redis, in microseconds. */
    long subscribedMicros() {
        return subscribedMicros;
    }

    /** Hears the channel as this says from the next beginning on. */
    void hearAs(TopicFeed wanted) {
        feed = wanted;
    }

    /** Whether the channel is heard as one of a shard. */
    boolean isSharded() {
        return sharded;
    }

    /** Begins on a connection. */
    void begin(TopicConnection on) {
        connection = on;
        subscribed = false;
        sharded = false;
        look();
    }

    /** Begins again on the same connection. */
    void again() {
        look();
    }

    /** Begins again on the same connection, after a while, however often this is called meanwhile. */
    void later() {
        if (!postponed) {
            postponed = true;
            attempt++;
            schedule(REFUSED_MILLIS, this::look);
        }
    }

    private void look() {
        postponed = false;
        TopicConnection on = connection;
        if (on == null) {
            return;
        }
        attempt++;
        since = "";
        waitedMillis = 0;
        if (!feed.history().isKept()) {
            subscribe(on);
            return;
        }
        join(on, "look", answer -> {
            end = TopicAnswers.number(answer, 2);
            joiner.looked();
            if (subscribed) {
                join(on);
            } else {
                subscribedMicros = TopicAnswers.number(answer, 3);
                subscribe(on);
            }
        });
    }

    private void subscribe(TopicConnection on) {
        // What only the gateway publishes need not go over the bus of the whole cluster.
        subscribe(on, feed.reliable() && around.isCluster());
    }

    private void subscribe(TopicConnection on, boolean byShard) {
        int begun = attempt;
        on.send(List.of(byShard ? "SSUBSCRIBE" : "SUBSCRIBE", feed.channel()), answer -> {
            if (begun != attempt) {
                return;
            }
            if (answer instanceof RespDecoder.Refused && byShard) {
                // Before Redis 7.0 there are none.
                subscribe(on, false);
                return;
            }
            if (answer instanceof RespDecoder.Refused) {
                refused("SUBSCRIBE", answer);
                return;
            }
            sharded = byShard;
            subscribed = true;
            if (feed.history().isKept()) {
                join(on);
            } else {
                joiner.joined("", 0, 0, true);
            }
        });
    }

    private void join(TopicConnection on) {
        String mode = feed.reliable() ? "trust" : waitedMillis >= JOIN_MILLIS ? "force" : "join";
        join(on, mode, answer -> {
            if (since.isEmpty()) {
                joiner.asked();
            }
            since = TopicAnswers.text(answer, 3);
            if (TopicAnswers.number(answer, 0) == 1) {
                String epoch = TopicAnswers.text(answer, 1);
                joiner.joined(epoch, end, TopicAnswers.number(answer, 3), epoch.equals(candidate));
                return;
            }
            around.askOthers(feed.channel());
            long wait = Math.clamp(waitedMillis, FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
            waitedMillis += wait;
            schedule(wait, () -> join(on));
        });
    }

    /** Calls the script by which nodes join; whatever is no answer of it ends the attempt. */
    private void join(TopicConnection on, String mode, Consumer<List<?>> then) {
        int begun = attempt;
        candidate = TopicScripts.epoch();
        on.call(
                TopicScripts.JOIN,
                state,
                history,
                answer -> {
                    if (begun != attempt) {
                        return;
                    }
                    if (answer instanceof List<?> list && list.size() == 4) {
                        then.accept(list);
                    } else {
                        refused("a script", answer);
                    }
                },
                List.of(around.node(), candidate, mode, since, TopicScripts.stateLife(feed.history())));
    }

    /** Redis refuses what is needed, such as writing: it is tried again. */
    private void refused(String what, Object answer) {
        LOG.warn("topic {}: Redis refuses {} ({})", feed.channel(), what, TopicConnection.reason(answer));
        later();
    }

    /** The connection has ended, and with it the subscription. */
    void connectionLost() {
        postponed = false;
        attempt++;
        connection = null;
        subscribed = false;
    }

    /** Subscribes no more, and tells the other nodes so. */
    void leave() {
        TopicConnection from = connection;
        attempt++;
        if (from == null) {
            return;
        }
        if (subscribed) {
            if (sharded) {
                from.tell(List.of("SUNSUBSCRIBE", feed.channel()));
            } else {
                from.send(List.of("UNSUBSCRIBE", feed.channel()), answer -> {});
            }
        }
        if (feed.history().isKept()) {
            from.send(List.of("HDEL", state, "s:" + around.node()), answer -> {});
        }
        connectionLost();
    }

    private void schedule(long millis, Runnable then) {
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
}
