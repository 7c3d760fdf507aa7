package app.rcommerce.gateway.server.chore;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A periodic task that keeps running when it fails: an executor cancels a repeated task that throws, so a chore catches
 * and logs instead. Of failures in a row the first, the tenth, the hundredth and so on are logged, with a stack trace,
 * and so is the end of them. Runs on one thread at a time.
 */
public final class Chore implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Chore.class);

    private final String name;
    private final Runnable task;
    private long failures;
    private long nextTold = 1;

    /** A chore with the name by which logs call it. */
    public Chore(String name, Runnable task) {
        this.name = name;
        this.task = task;
    }

    /** Runs the task; never throws. */
    @Override
    public void run() {
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
            return;
        }
        if (failures > 0) {
            LOG.info("{}: done again, failures before: {}", name, failures);
            failures = 0;
            nextTold = 1;
        }
    }

    private void failed(Throwable failure) {
        failures++;
        if (failures == nextTold) {
            nextTold *= 10;
            LOG.error("{}: has failed and will be tried again, failures in a row: {}", name, failures, failure);
        }
    }

    /**
     * Runs the task after the first delay, and again after the second delay each time it has ended, until the executor
     * ends or the future is cancelled. Every periodic task of the gateway is started here.
     */
    public ScheduledFuture<?> every(ScheduledExecutorService executor, long firstMillis, long pauseMillis) {
        return executor.scheduleWithFixedDelay(this, firstMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }
}
