package app.rcommerce.gateway.server.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeastHopsTest {

    private Transport transport;
    private Channel server;

    /** Sends back what arrives. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }

    private void listen(ServerConfig.Transport kind) throws IOException {
        assumeTrue(kind == ServerConfig.Transport.EPOLL ? Epoll.isAvailable() : IoUring.isAvailable());
        transport = Transport.start(1, kind);
        server = transport
                .listening(transport.group())
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        assertThat(LeastHops.deafen(channel)).isTrue();
                        LeastHops.hear(channel);
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    @AfterEach
    void stop() {
        if (transport != null) {
            transport.stop();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void nobodyNewIsHeardAndWhoWaitsIsAccepted(ServerConfig.Transport kind) throws Exception {
        listen(kind);
        try (Socket waiting = new Socket();
                Socket late = new Socket()) {
            waiting.setSoTimeout(10_000);
            waiting.connect(server.localAddress());

            assertThat(LeastHops.deafen(server)).isTrue();
            assertThatThrownBy(() -> late.connect(server.localAddress(), 300))
                    .isInstanceOf(SocketTimeoutException.class);

            server.config().setAutoRead(true);
            waiting.getOutputStream().write('x');
            assertThat(waiting.getInputStream().read()).isEqualTo('x');
        }
    }
}
