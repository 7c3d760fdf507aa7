package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.TestTransport;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TrickleTest {

    private final Transport transport = TestTransport.start(1);
    private final EventLoop loop = transport.group().next();
    private final Trickle trickle = new Trickle(loop);
    private final List<String> done = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        transport.stop();
    }

    private void piece(String name) {
        done.add(name);
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void othersComeBetweenPiecesThatTakeLong() throws Exception {
        CountDownLatch added = new CountDownLatch(1);
        loop.execute(() -> {
            for (int i = 0; i < 500; i++) {
                String name = Integer.toString(i);
                trickle.add(() -> piece(name));
            }
            added.countDown();
        });
        assertThat(added.await(10, TimeUnit.SECONDS)).isTrue();

        int before = loop.submit(done::size).get();

        assertThat(before).as("pieces before the task of somebody else").isLessThan(250);
        Awaitility.await().untilAsserted(() -> assertThat(done).hasSize(500));
        assertThat(done).startsWith("0", "1", "2").endsWith("498", "499");
    }

    @Test
    void oneThatFailsKeepsNobodyWaitingAndOneMayAddAnother() {
        loop.execute(() -> {
            trickle.add(() -> {
                throw new OutOfMemoryError("cannot");
            });
            trickle.add(() -> trickle.add(() -> done.add("again")));
            trickle.add(() -> done.add("b"));
        });

        Awaitility.await().untilAsserted(() -> assertThat(done).containsExactly("b", "again"));
        loop.execute(() -> trickle.add(() -> done.add("later")));
        Awaitility.await().untilAsserted(() -> assertThat(done).containsExactly("b", "again", "later"));
    }
}
