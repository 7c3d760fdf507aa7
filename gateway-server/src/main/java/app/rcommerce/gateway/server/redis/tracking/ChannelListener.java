package app.rcommerce.gateway.server.redis.tracking;

import java.util.function.Consumer;

/**
 * The listener for the channel of messages, called on an event loop.
 *
 * @param begun the channel is heard from now on
 * @param arrived a line has arrived on it, from whoever wrote it
 */
public record ChannelListener(Runnable begun, Consumer<String> arrived) {}
