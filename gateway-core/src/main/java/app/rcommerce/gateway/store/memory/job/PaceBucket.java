package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.Pace;
import org.jspecify.annotations.Nullable;

/** How many jobs may be begun now: a token bucket that fills as its queue's pace says. Guarded by the queue. */
final class PaceBucket {

    private double tokens = -1;
    private long atMillis;

    /** How many there may be of those that are wanted. */
    int admits(int wanted, @Nullable Pace pace, long nowMillis) {
        if (pace == null) {
            return wanted;
        }
        double gained = Math.max(0, nowMillis - atMillis)
                * (double) pace.jobs()
                / pace.time().toMillis();
        tokens = tokens < 0 ? pace.jobs() : Math.min((double) pace.jobs(), tokens + gained);
        atMillis = nowMillis;
        return (int) Math.min(wanted, Math.floor(tokens));
    }

    void take(int jobs) {
        tokens -= jobs;
    }

    /** How long it is until there may be another one, in milliseconds; 0 where there may be one now. */
    long waitMillis(@Nullable Pace pace) {
        return pace == null || tokens >= 1
                ? 0
                : (long) Math.ceil((1 - tokens) * pace.time().toMillis() / pace.jobs());
    }
}
