package app.rcommerce.gateway.topic;

/**
 * A topic as the store hears it. Nodes that share a store must say the same of the same topic. Immutable.
 *
 * @param topic the name of the topic
 * @param channel the name of the channel on which its messages are published
 * @param history how much of it is kept
 * @param reliable whether whoever publishes keeps the message too, so that none is lost while nobody listens
 */
public record TopicFeed(String topic, String channel, History history, boolean reliable) {}
