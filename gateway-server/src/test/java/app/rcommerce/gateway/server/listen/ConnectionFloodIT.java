package app.rcommerce.gateway.server.listen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.internal.PlatformDependent;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A hundred thousand connections from one address, one burst behind the other. */
@Timeout(120)
class ConnectionFloodIT {

    private static final int AT_ONE_ADDRESS = 50;
    private static final int BURST = 500;
    private static final int BURSTS = 200;
    /** Those in which everything that is made once is made. */
    private static final int FIRST = 20;

    private record Held(long heap, long direct, int descriptors) {
        static Held now() {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            return new Held(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    PlatformDependent.usedDirectMemory(),
                    new File("/proc/self/fd").list().length);
        }
    }

    private static RawClient honest(TestGateway gateway) throws Exception {
        return new RawClient(
                new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port(), InetAddress.ofLiteral("127.0.0.2"), 0));
    }

    private static double refused(TestGateway gateway) {
        return gateway.gateway()
                .metrics()
                .scrape("")
                .text()
                .lines()
                .filter(line -> line.startsWith("gateway_client_connections_refused_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    /** Opens a burst, waits until all of them are counted or closed, and ends those that are left with a reset. */
    private static void burst(TestGateway gateway, int number) throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < BURST; i++) {
                SocketChannel client = SocketChannel.open();
                clients.add(client);
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
                client.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), gateway.port()));
                client.write(ByteBuffer.wrap("GET / HT".getBytes(ISO_8859_1)));
            }
        } catch (java.io.IOException e) {
            // One that was closed at once may not take the bytes any more.
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
            for (int i = clients.size(); i < BURST; i++) {
                SocketChannel client = SocketChannel.open();
                clients.add(client);
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
                client.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), gateway.port()));
            }
        }
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> refused(gateway) == (number + 1) * (BURST - AT_ONE_ADDRESS));
        for (SocketChannel client : clients) {
            client.close();
        }
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> gateway.openConnections() == 1);
    }

    @Test
    void theBoundHoldsNothingIsLeftBehindAndOthersAreServed() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ConnectionLimits.class);
        lines.start();
        logger.addAppender(lines);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("served"));
                TestGateway gateway = TestGateway.forwardingTo(
                        upstream.port(), 2, "access_log = false\nmax_connections_per_address = " + AT_ONE_ADDRESS);
                RawClient honest = honest(gateway)) {
            Thread watching = Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    most.accumulateAndGet(gateway.openConnections(), Math::max);
                    Thread.onSpinWait();
                }
            });
            Held before = null;
            for (int i = 0; i < BURSTS; i++) {
                if (i == FIRST) {
                    before = Held.now();
                }
                honest.get("/");
                burst(gateway, i);
                assertThat(honest.read().body()).isEqualTo("served");
                served.incrementAndGet();
                if (i % 20 == 0) {
                    try (RawClient another = honest(gateway)) {
                        assertThat(another.get("/").read().body()).isEqualTo("served");
                    }
                    await().until(() -> gateway.openConnections() == 1);
                }
            }
            over.set(true);
            watching.join();
            Held after = Held.now();
            assertThat(served).hasValue(BURSTS);
            assertThat(refused(gateway)).isEqualTo(BURSTS * (BURST - AT_ONE_ADDRESS));
            assertThat(most.get()).as("the bound, and the honest ones").isBetween(2, AT_ONE_ADDRESS + 2);
            assertThat(after.heap() - before.heap()).as("heap").isLessThan(8L << 20);
            assertThat(after.direct() - before.direct()).as("direct memory").isLessThan(4L << 20);
            assertThat(after.descriptors() - before.descriptors())
                    .as("descriptors")
                    .isLessThan(10);
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .hasSizeBetween(1, 3)
                    .allMatch(line -> line.startsWith("clients of 127.0.0.1 are closed at once"));
        } finally {
            over.set(true);
            logger.detachAppender(lines);
        }
    }
}
