package app.rcommerce.gateway.limit;

import java.time.Duration;
import java.util.Set;

/**
 * When a caller is blocked by itself, and for how long. Immutable.
 *
 * @param name what it is called in reasons and metrics
 * @param limits refusals by these limits count; empty where any answer with one of the statuses does
 * @param statuses the statuses of answers that count, the gateway's or the upstream's
 * @param after how many such answers in which time
 * @param life how long the first ban lasts
 * @param grows by what each further ban of the same caller is longer, at least 1
 * @param most how long a ban lasts at most
 * @param key who is banned
 */
public record Ban(
        String name,
        Set<String> limits,
        Set<Integer> statuses,
        Rate after,
        Duration life,
        double grows,
        Duration most,
        Key key) {

    /** The statuses that a ban can count. */
    public static final Set<Integer> STATUSES = Set.of(401, 403, 404, 429);

    /** Who is counted and banned. */
    public enum Key {
        /** The client's address, IPv6 as a network of 64 bits. */
        IP,
        /** The API key or the subject of a verified credential; else the address. */
        IDENTITY
    }

    public Ban {
        limits = Set.copyOf(limits);
        statuses = Set.copyOf(statuses);
    }

    /** How long the n-th ban lasts; the first is 1. */
    public Duration life(long n) {
        double millis = (double) life.toMillis() * Math.pow(grows, (double) Math.max(0, n - 1));
        return millis >= (double) most.toMillis() ? most : Duration.ofMillis((long) millis);
    }
}
