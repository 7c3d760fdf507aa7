package app.rcommerce.gateway.limit;

import app.rcommerce.gateway.identity.Identifier;
import java.util.List;

/**
 * A named limit as it is configured. Two routes that name the same limit share its counters, and so do limits that name
 * the same bucket. Immutable.
 *
 * @param name the name in the configuration; stands in policy names and metrics
 * @param bucket the name of the counters: the limit's own where none is configured
 * @param key what callers are counted by
 * @param appliesTo the callers that the limit applies to
 * @param when the requests that it applies to
 * @param quota how much it grants
 * @param enforcement whether a refusal counts
 * @param onStoreFailure what holds while the shared store cannot be asked
 */
public record Limit(
        String name,
        String bucket,
        LimitKey key,
        AppliesTo appliesTo,
        Condition when,
        Quota quota,
        Enforcement enforcement,
        OnStoreFailure onStoreFailure) {

    /** The callers that a limit applies to. */
    public enum AppliesTo {
        /** Every caller. */
        ALL,
        /** Callers without a credential. */
        ANONYMOUS,
        /** Callers with a verified credential. */
        AUTHENTICATED
    }

    /** The mode of a limit: whether it refuses requests. */
    public enum Mode {
        /** Requests over the quota are refused. */
        ENFORCE,
        /** Requests over the quota are counted and reported, and pass. */
        SHADOW
    }

    /** The behaviour of a limit while the shared store cannot be asked. */
    public enum OnStoreFailure {
        /**
         * This node continues from what the store last told it, and enforces its share: the quota divided by the number
         * of nodes.
         */
        LOCAL,
        /** Requests pass uncounted. */
        ALLOW,
        /** Requests are refused with 503, never 429: the caller has done nothing wrong. */
        DENY
    }

    /**
     * The enforcement of a limit: whether it refuses, and for which callers.
     *
     * @param mode whether it refuses at all
     * @param percent for which share of the identifiers it does; the others are counted and reported
     */
    public record Enforcement(Mode mode, int percent) {

        /** Enforcement for every caller. */
        public static final Enforcement FULL = new Enforcement(Mode.ENFORCE, 100);
    }

    /** A limit in sliding windows for every request. */
    public Limit(String name, LimitKey key, AppliesTo appliesTo, List<Rate> rates, Mode mode) {
        this(
                name,
                name,
                key,
                appliesTo,
                Condition.ALWAYS,
                Quota.of(rates),
                new Enforcement(mode, 100),
                OnStoreFailure.LOCAL);
    }

    /** The windows; empty where only requests in flight are bounded. */
    public List<Rate> rates() {
        return quota.rates();
    }

    /** Whether the limit is enforced for at least some identifiers. */
    public boolean isEnforced() {
        return enforcement.mode() == Mode.ENFORCE && enforcement.percent() > 0;
    }

    /**
     * Whether the limit is enforced for this identifier. The answer is the same at every time and on every node, and
     * independent of other limits.
     */
    public boolean isEnforcedFor(Identifier identifier) {
        if (!isEnforced() || enforcement.percent() == 100) {
            return isEnforced();
        }
        int hash = 31 * name.hashCode() + identifier.toString().hashCode();
        // The finaliser of MurmurHash3: neighbouring addresses must not go the same way.
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return Integer.remainderUnsigned(hash ^ (hash >>> 16), 100) < enforcement.percent();
    }
}
