package app.rcommerce.gateway.server.redis.topic;

import app.rcommerce.gateway.topic.TopicFeed;
import java.util.function.UnaryOperator;

/**
 * The keys of topics, made of the names of their channels, so that feeds that share a channel share its places.
 *
 * @param state the key of the hash that says who hears a topic
 * @param history the key of the stream of what is kept, in the same slot of a cluster
 */
public record TopicKeys(UnaryOperator<String> state, UnaryOperator<String> history) {

    String state(TopicFeed feed) {
        return state.apply(feed.channel());
    }

    String history(TopicFeed feed) {
        return history.apply(feed.channel());
    }
}
