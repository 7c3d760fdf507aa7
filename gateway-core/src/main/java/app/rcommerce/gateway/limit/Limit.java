package app.rcommerce.gateway.limit;

import java.util.List;

/**
 * A named limit as it is configured. Two routes that name the same limit share its counters. Immutable.
 *
 * @param name the name in the configuration; stands in policy names and metrics
 * @param key what callers are counted by
 * @param appliesTo which callers the limit holds for
 * @param rates the windows, all of which must have room; at least one
 * @param mode whether a refusal counts
 * @param onStoreFailure what holds while the shared store cannot be asked
 */
public record Limit(String name, Key key, AppliesTo appliesTo, List<Rate> rates, Mode mode, OnStoreFailure onStoreFailure) {

    /** What callers are counted by; a limit whose key a caller lacks does not apply to it. */
    public enum Key {
        /** The client's address, IPv6 folded to /64. */
        IP,
        /** The API key's id. */
        API_KEY,
        /** The token's subject. */
        SUBJECT,
        /** The API key, else the subject, else the address. */
        IDENTITY
    }

    /** Which callers a limit holds for. */
    public enum AppliesTo {
        /** Every caller. */
        ALL,
        /** Callers without a credential. */
        ANONYMOUS,
        /** Callers with a verified credential. */
        AUTHENTICATED
    }

    /** Whether a limit refuses. */
    public enum Mode {
        /** Requests over the quota are refused. */
        ENFORCE,
        /** Requests over the quota are counted and reported, and pass. */
        SHADOW
    }

    /** What holds while the shared store cannot be asked. */
    public enum OnStoreFailure {
        /** This node enforces its share: the quota divided by the number of nodes last seen. */
        LOCAL,
        /** Requests pass uncounted. */
        ALLOW,
        /** Requests are refused with 503, never 429: the caller has done nothing wrong. */
        DENY
    }

    public Limit {
        rates = List.copyOf(rates);
        if (rates.isEmpty()) {
            throw new IllegalArgumentException("rates: none (expected: at least one)");
        }
    }
}
