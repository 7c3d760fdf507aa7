package app.rcommerce.gateway.server.redis.command;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of the connections of event loops to masters.
 *
 * @param kind of their channels
 * @param tls how they are encrypted; null for not at all
 * @param greeting the commands that begin a connection; one that Redis refuses ends it, except for the last
 * @param timeout for connecting
 */
public record ConnectionOptions(
        Class<? extends Channel> kind, @Nullable SslContext tls, List<List<String>> greeting, Duration timeout) {}
