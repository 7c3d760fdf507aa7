package app.rcommerce.gateway.job;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a job is tried again: after {@code first}, then each time after four times as long, {@code max} at most, until
 * {@code within} has passed since it came in. With the defaults that is after 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 6
 * h, and then every 10 h, for 28 hours in all. Each delay is moved by a fifth in either direction by chance, so that
 * jobs that have failed together do not come back together. Immutable.
 *
 * @param attempts how many attempts there are at most; 0 for as many as fit
 * @param first the delay after the first attempt
 * @param max the longest delay
 * @param within how long after a job has come in it may be tried for the last time
 */
public record RetryPlan(int attempts, Duration first, Duration max, Duration within) {

    /** The delay that says there is no further attempt. */
    public static final long NONE = -1;

    private static final int FACTOR = 4;
    private static final double JITTER = 0.2;

    /** What holds where the configuration says nothing. */
    public static final RetryPlan DEFAULT =
            new RetryPlan(0, Duration.ofSeconds(5), Duration.ofHours(10), Duration.ofHours(28));

    /**
     * The delay until the next attempt in milliseconds, or {@link #NONE}. The last attempt is at the end of the time
     * that there is, so that none of it is given away.
     *
     * @param made how many attempts there have been, at least one
     * @param ageMillis how long ago the job came in
     * @param askedMillis the delay that whoever refused it has asked for, as by Retry-After (RFC 9110 §10.2.3); 0 for
     *     none. It is heeded where it is longer than the plan's, as far as the time goes
     */
    public long delayMillis(int made, long ageMillis, long askedMillis, RandomGenerator random) {
        long left = within.toMillis() - ageMillis;
        if (left <= 0 || (attempts > 0 && made >= attempts)) {
            return NONE;
        }
        long delay = first.toMillis();
        for (int i = 1; i < made && delay < max.toMillis(); i++) {
            delay *= FACTOR;
        }
        delay = Math.min(delay, max.toMillis());
        delay += Math.round(delay * JITTER * (2 * random.nextDouble() - 1));
        return Math.min(Math.max(delay, askedMillis), left);
    }
}
