package app.rcommerce.gateway.server.redis.tracking;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a backend's tracking connections.
 *
 * @param loop their event loop
 * @param kind of their channels
 * @param tls how they are encrypted; null for not at all
 * @param greeting the command that begins a connection
 * @param prefixes of the keys whose changes are told
 * @param channel the name of the channel of messages
 * @param fallback what holds while changes are not told, as operators know it, such as {@code near_ttl = 500ms}
 */
public record TrackingOptions(
        EventLoop loop,
        Class<? extends Channel> kind,
        @Nullable SslContext tls,
        List<String> greeting,
        List<String> prefixes,
        String channel,
        String fallback) {}
