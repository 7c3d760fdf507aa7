package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int tries;

    private void pass(Duration time) throws InterruptedException {
        // Deadlines look at the clock themselves.
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        channel.runScheduledPendingTasks();
    }

    @Test
    void whatFailsForWantOfMemoryIsTriedAgain() throws Exception {
        Deadline deadline = new Deadline(channel.eventLoop(), () -> {
            tries++;
            if (tries == 1) {
                throw new OutOfMemoryError("cannot");
            }
        });
        deadline.set(1);
        pass(Duration.ofMillis(2));
        assertThat(tries).isEqualTo(1);

        pass(Duration.ofMillis(1001));
        assertThat(tries).isEqualTo(2);
        pass(Duration.ofMillis(1001));
        assertThat(tries).isEqualTo(2);
    }

    @Test
    void whatFailsAfterItsOwnerHasEndedIsLeft() throws Exception {
        Deadline[] own = new Deadline[1];
        own[0] = new Deadline(channel.eventLoop(), () -> {
            tries++;
            own[0].close();
            throw new OutOfMemoryError("cannot");
        });
        own[0].set(1);
        pass(Duration.ofMillis(2));
        pass(Duration.ofMillis(1001));
        assertThat(tries).isEqualTo(1);
    }
}
