package app.rcommerce.gateway.server.chore;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is done again and again, whatever comes of it: an executor never runs a task again that has thrown. A
 * failure is logged with its trace, and of failures in a row the first, the tenth, the hundredth and so on; so is the
 * end of them. Runs on one thread at a time.
 */
public final class Chore implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Chore.class);

    private final String name;
    private final Runnable task;
    private long failures;
    private long nextTold = 1;

    /** A chore that logs call by this name. */
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
     * Runs the task for the first time after a while, and again after a while each time it has ended, until the
     * executor ends or the future is cancelled. The only way to repeat anything on an executor.
     */
    public ScheduledFuture<?> every(ScheduledExecutorService executor, long firstMillis, long pauseMillis) {
        return executor.scheduleWithFixedDelay(this, firstMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }
}
