package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ServerConfig;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class EventLoopsTest {

    private static final int TASKS = 5_000;

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush((ByteBuf) message);
        }
    }

    /** As when thousands of clients run out of time at once: others are answered between, not behind all of them. */
    @ParameterizedTest
    @EnumSource(
            value = ServerConfig.Transport.class,
            names = {"AUTO", "NIO"})
    void socketsAreLookedAtBetweenTasksThatAreDueAtOnce(ServerConfig.Transport kind) throws Exception {
        Transport transport = Transport.start(1, kind);
        try {
            var bound = transport
                    .listening(transport.group())
                    .childHandler(new Echo())
                    .bind(new InetSocketAddress("127.0.0.1", 0))
                    .sync()
                    .channel();
            try (Socket client = new Socket("127.0.0.1", ((InetSocketAddress) bound.localAddress()).getPort())) {
                client.getOutputStream().write('a');
                assertThat(client.getInputStream().read()).isEqualTo('a');

                AtomicInteger done = new AtomicInteger();
                CountDownLatch begun = new CountDownLatch(1);
                EventLoop loop = transport.group().next();
                loop.execute(() -> {
                    for (int i = 0; i < TASKS; i++) {
                        loop.schedule(
                                () -> {
                                    begun.countDown();
                                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
                                    done.incrementAndGet();
                                },
                                1,
                                TimeUnit.MILLISECONDS);
                    }
                });
                begun.await();
                client.getOutputStream().write('b');
                assertThat(client.getInputStream().read()).isEqualTo('b');
                assertThat(done.get()).isLessThan(TASKS / 2);
            }
        } finally {
            transport.stop();
        }
    }
}
