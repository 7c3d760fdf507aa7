package app.rcommerce.gateway.server.redis.push;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of connections over which Redis pushes.
 *
 * @param loop their event loop
 * @param kind of their channels
 * @param tls how they are encrypted; null for not at all
 * @param greeting the command that begins a connection
 * @param database of which the keys are
 * @param nanos the time
 */
public record PushOptions(
        EventLoop loop,
        Class<? extends Channel> kind,
        @Nullable SslContext tls,
        List<String> greeting,
        int database,
        LongSupplier nanos) {}
