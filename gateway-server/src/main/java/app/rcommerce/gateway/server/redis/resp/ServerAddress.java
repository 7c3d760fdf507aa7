package app.rcommerce.gateway.server.redis.resp;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server to connect to.
 *
 * @param address where it is
 * @param host its name, for the certificate
 * @param tls how the connection is encrypted; null for not at all
 */
public record ServerAddress(
        InetSocketAddress address, String host, @Nullable SslContext tls) {

    void encrypt(Channel made) {
        if (tls != null) {
            made.pipeline().addLast(tls.newHandler(made.alloc(), host, address.getPort()));
        }
    }
}
