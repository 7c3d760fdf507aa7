package app.rcommerce.gateway.limit;

import app.rcommerce.gateway.limit.Meter.Algorithm;
import java.util.List;

/**
 * The quota of a limit: how much it grants. Immutable.
 *
 * @param algorithm how the rates are counted
 * @param rates the windows, all of which must have room; may be empty where requests in flight are bounded
 * @param burst of a token bucket, what it holds when full; 0 for as much as flows in within the window
 * @param concurrency how many requests may be in flight at once; 0 for any number
 */
public record Quota(Algorithm algorithm, List<Rate> rates, long burst, int concurrency) {

    public Quota {
        rates = List.copyOf(rates);
        if (rates.isEmpty() && concurrency == 0) {
            throw new IllegalArgumentException(
                    "rates: none (expected: at least one, or a bound of requests in flight)");
        }
    }

    /** A quota in sliding windows. */
    public static Quota of(List<Rate> rates) {
        return new Quota(Algorithm.SLIDING_WINDOW, rates, 0, 0);
    }

    /** The most permits that are ever granted at once. */
    public long mostAtOnce() {
        long most = Rate.MAX_QUOTA;
        for (Rate rate : rates) {
            boolean bucket = algorithm == Algorithm.TOKEN_BUCKET;
            most = Math.min(most, bucket ? burst(rate, 1.0) : rate.quota());
        }
        return most;
    }

    /** The permits of a full bucket of the rate, multiplied and rounded down, but at least 1. */
    long burst(Rate rate, double multiplier) {
        return multiplied(burst == 0 ? rate.quota() : burst, multiplier);
    }

    static long multiplied(long quota, double multiplier) {
        return multiplier == 1.0 ? quota : Math.clamp((long) Math.floor(quota * multiplier), 1, Rate.MAX_QUOTA);
    }
}
