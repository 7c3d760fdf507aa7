package app.rcommerce.gateway.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.testing.TestGateway;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Clients that come and go on several event loops at once. */
class ConnectionLimitsTest {

    private static final int ROUNDS = 20_000;
    private static final byte[] ADDRESS = {127, 0, 0, 1};

    private final Logger logger = (Logger) LoggerFactory.getLogger(ConnectionLimits.class);
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());

    @BeforeEach
    void doNotTellOfEachRound() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void tellAgain() {
        logger.setLevel(null);
        loops.shutdownGracefully();
    }

    private Channel listening() {
        return new ServerBootstrap()
                .group(loops)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // Nobody connects.
                    }
                })
                .bind(new LocalAddress(ConnectionLimitsTest.class))
                .syncUninterruptibly()
                .channel();
    }

    @Test
    void thereAreNoMoreThanTheHeapAndTheFilesAllow() {
        int byFiles = OpenFiles.clients(10_000);
        assertThat(ConnectionLimits.of(0, 10_000, 100_000).most()).isEqualTo(byFiles);
        assertThat(ConnectionLimits.of(0, 10_000, 1_000).most()).isEqualTo(1_000);
        assertThat(ConnectionLimits.of(500, 10_000, 1_000).most()).isEqualTo(500);
        assertThat(ConnectionLimits.of(2_000, 10_000, 1_000).most()).isEqualTo(1_000);
        assertThat(ConnectionLimits.of(50_000, 10_000, 1_000).most()).isEqualTo(1_000);
        assertThat(ConnectionLimits.of(50_000, 10_000, 100_000).most()).isEqualTo(byFiles);
    }

    @Test
    void clientsAreAcceptedAgainWheneverPlacesAreFree() throws Exception {
        ServerConfig server = TestGateway.config("""
                [server]
                listen = ["127.0.0.1:0"]
                [[routes]]
                name = "all"
                path = "/**"
                respond = {}
                """).server();
        ConnectionLimits limits = new ConnectionLimits(1);
        Channel listening = listening();
        limits.listening(listening);
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < ROUNDS; i++) {
                String place = limits.opened(ADDRESS, server);
                assertThat(place).isNotNull();
                // One client leaves while another one, accepted already, finds no place or takes it.
                Future<String> came = other.submit(() -> {
                    together.await();
                    return limits.opened(ADDRESS, server);
                });
                together.await();
                limits.closed(place);
                String another = came.get();
                if (another != null) {
                    limits.closed(another);
                }
                assertThat(listening
                                .eventLoop()
                                .submit(() -> listening.config().isAutoRead())
                                .get())
                        .as("round " + i)
                        .isTrue();
            }
        }
        assertThat(limits.isPaused()).isFalse();
    }
}
