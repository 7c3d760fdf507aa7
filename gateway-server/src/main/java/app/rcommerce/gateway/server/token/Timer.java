package app.rcommerce.gateway.server.token;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer for one task at a time. Safe for any thread. */
interface Timer extends AutoCloseable {

    /** Runs the task after the delay, in place of the one set before. */
    void set(Duration delay, Runnable task);

    @Override
    void close();

    /** A timer with a thread of its own. */
    static Timer system() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("jwks-timer").factory());
        executor.setRemoveOnCancelPolicy(true);
        return new Timer() {
            private ScheduledFuture<?> next = executor.schedule(() -> {}, 0, TimeUnit.MILLISECONDS);

            @Override
            public synchronized void set(Duration delay, Runnable task) {
                next.cancel(false);
                if (!executor.isShutdown()) {
                    next = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
                }
            }

            @Override
            public synchronized void close() {
                executor.shutdownNow();
            }
        };
    }
}
