package app.rcommerce.gateway.server.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.protocol.http1.Timeouts.For;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.channel.DefaultEventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a client that takes an answer is waited for. */
class TimeoutsTest {

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final AtomicLong taken = new AtomicLong();
    private final Queue<For> expired = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private void read(String server) throws Exception {
        ServerConfig config = TestGateway.config("[server]\n" + server + "\n[upstreams.u]\nservers = [\"http://h\"]\n"
                        + "[[routes]]\nname = \"all\"\npath = \"/**\"\nupstream = \"u\"\n")
                .server();
        loop.submit(() -> new Timeouts(loop, () -> config, taken::get, expired::add).waitFor(For.CLIENT_READS))
                .sync();
    }

    @Test
    void whoTakesNothingIsCutOff() throws Exception {
        read("body_timeout = \"100ms\"");
        Awaitility.await().untilAsserted(() -> assertThat(expired).containsExactly(For.CLIENT_READS));
    }

    /** What is bounded is the time without any progress. */
    @Test
    void whoTakesSlowlyIsWaitedForAsLongAsItDoes() throws Exception {
        read("body_timeout = \"500ms\"\nmin_rate = \"0B/s\"");
        for (int i = 0; i < 40; i++) {
            taken.incrementAndGet();
            Thread.sleep(50);
        }
        assertThat(expired).isEmpty();
        Awaitility.await().untilAsserted(() -> assertThat(expired).containsExactly(For.CLIENT_READS));
    }
}
