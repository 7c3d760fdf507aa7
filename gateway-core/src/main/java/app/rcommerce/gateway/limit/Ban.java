package app.rcommerce.gateway.limit;

import java.time.Duration;
import java.util.Set;

/**
 * A rule by which callers are blocked automatically: after how many answers with certain statuses, and for how long.
 * For example, 20 answers with 401 within 5 minutes block an address for 10 minutes, and longer each time. Immutable.
 *
 * @param name the name in reasons and metrics
 * @param limits names of the limits whose refusals count; empty where every answer with one of the statuses counts
 * @param statuses the statuses of answers that count, the gateway's or the upstream's
 * @param after how many such answers in which time
 * @param life how long the first ban lasts
 * @param grows the factor by which each further ban of the same caller is longer, at least 1
 * @param most how long a ban lasts at most
 * @param key the identity that is counted and banned
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

    /** Stands among statuses for a connection that was closed because of its misbehaviour. */
    public static final int MISBEHAVIOUR = 0;

    /** The identity of a caller that is counted and banned. */
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
