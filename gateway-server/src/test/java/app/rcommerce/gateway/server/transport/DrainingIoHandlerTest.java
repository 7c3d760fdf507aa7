package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.config.ServerConfig;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUring;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How event loops of io_uring end. */
class DrainingIoHandlerTest {

    /** Writes down what it is asked and by whom. */
    private static final class Recording implements IoHandler {

        private final Thread loop = Thread.currentThread();
        private final List<String> asked = new CopyOnWriteArrayList<>();

        private void add(String what) {
            asked.add(what + (Thread.currentThread() == loop ? " from the loop" : " from elsewhere"));
        }

        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public void prepareToDestroy() {
            add("prepare");
        }

        @Override
        public void destroy() {
            add("destroy");
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void wakeup() {
            add("wake up");
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return true;
        }
    }

    @Test
    void itIsWokenFromAnotherThreadBeforeItIsDestroyed() {
        Recording recording = new Recording();
        IoHandler handler = DrainingIoHandler.of(loop -> recording).newHandler(null);

        handler.prepareToDestroy();
        handler.destroy();

        assertThat(recording.asked)
                .containsExactly("prepare from the loop", "wake up from elsewhere", "destroy from the loop");
    }

    @Test
    void anInterruptedLoopDestroysItsHandlerAndStaysInterrupted() {
        Recording recording = new Recording();
        Thread.currentThread().interrupt();

        new DrainingIoHandler(recording).destroy();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(recording.asked).containsExactly("wake up from elsewhere", "destroy from the loop");
    }

    /** With reads left behind this ended the process now and then. */
    @Test
    @Timeout(60)
    void loopsEndWhileOthersWakeThem() throws Exception {
        assumeTrue(IoUring.isAvailable());
        for (int i = 0; i < 30; i++) {
            Transport transport = Transport.start(2, ServerConfig.Transport.IO_URING);
            Thread waking = Thread.startVirtualThread(() -> wake(transport));
            transport.stop();
            waking.join();
            assertThat(transport.group().isTerminated()).isTrue();
        }
    }

    private static void wake(Transport transport) {
        try {
            for (int i = 0; i < 1_000; i++) {
                for (EventExecutor loop : transport.group()) {
                    loop.execute(() -> {});
                }
            }
        } catch (RejectedExecutionException e) {
            // It has ended.
        }
    }
}
