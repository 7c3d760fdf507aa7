package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.topic.History;
import java.math.BigInteger;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The scripts of topics, and what they are given alike. Stateless. */
final class TopicScripts {

    static final Script JOIN = Script.load(TopicScripts.class, "topic_join.lua");
    static final Script HEARD = Script.load(TopicScripts.class, "topic_heard.lua");
    static final Script PUBLISH = Script.load(TopicScripts.class, "topic_publish.lua");
    static final Script REPLAY = Script.load(TopicScripts.class, "topic_replay.lua");

    /** So many bytes of messages are read by one call at most, but for the last one of them. */
    static final String MOST_BYTES = Integer.toString(1 << 21);

    /** How long it is known who hears a topic, beyond what is kept: nodes show themselves far more often. */
    private static final Duration STATE_LIFE = Duration.ofHours(1);

    private static final int SLACK = 1_000;
    private static final int EPOCH_BITS = 50;
    private static final int EPOCH_RADIX = 36;

    private TopicScripts() {}

    /** A name for a new epoch, which no other has. */
    static String epoch() {
        return new BigInteger(EPOCH_BITS, ThreadLocalRandom.current()).toString(EPOCH_RADIX);
    }

    /** How many messages stand in the stream: some more than are replayed, for nodes that are a little behind. */
    static String most(History history) {
        return Integer.toString(history.messages() + SLACK);
    }

    static String age(History history) {
        return Long.toString(Math.max(1, history.age().toMillis()));
    }

    static String stateLife(History history) {
        return Long.toString(history.age().plus(STATE_LIFE).toMillis());
    }
}
