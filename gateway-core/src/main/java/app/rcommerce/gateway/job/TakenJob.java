package app.rcommerce.gateway.job;

import org.jspecify.annotations.Nullable;

/**
 * A job that a worker has taken. Immutable.
 *
 * @param lease the right to work on it
 * @param priority as which it was taken
 * @param text its JSON, as its producer wrote it; null where what stands there is no text
 * @param ageMillis how long before it was taken it had come in, by the clock of the store: no other one is asked
 * @param attempts how many attempts have been made before and have failed
 * @param crashes how many workers have died over it
 */
public record TakenJob(
        JobLease lease, Priority priority, @Nullable String text, long ageMillis, int attempts, int crashes) {

    public String id() {
        return lease.id();
    }

    /** The same job without its JSON. */
    public TakenJob withoutText() {
        return new TakenJob(lease, priority, null, ageMillis, attempts, crashes);
    }
}
