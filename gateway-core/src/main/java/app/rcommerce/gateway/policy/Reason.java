package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Identifier;

/**
 * The reason why a call was refused, in more words than the client is told: for the access log, metrics and operators.
 * It never holds a credential. Immutable.
 */
public sealed interface Reason {

    /** Whose count has refused. */
    enum Counted {
        /** The shared store has been asked for this request. */
        SHARED("shared"),
        /** This node, by what the shared store has said before: a refusal that still stands. */
        LEASED("leased"),
        /** This node alone, since there is no shared store or it does not answer. */
        LOCAL("local");

        private final String label;

        Counted(String label) {
            this.label = label;
        }

        /** The value in logs and metrics. */
        public String label() {
            return label;
        }
    }

    /**
     * A limit had no room; of several, the one that refuses longest.
     *
     * @param window the label of its window, such as {@code minute}, or {@code concurrency}
     * @param key who is counted
     * @param quota the permits of a window, or the burst of a bucket, or the requests in flight
     * @param remaining how many of them are left, fewer than the request costs
     * @param retryAfterMillis how long until the same request can succeed
     */
    record OverLimit(
            String limit,
            String window,
            Identifier key,
            Counted counted,
            long quota,
            long remaining,
            long retryAfterMillis)
            implements Reason {}

    /**
     * The caller is blocked.
     *
     * @param by {@code entry}, {@code range}, {@code ban}, or {@code static} for the configuration's
     * @param entry what is blocked, such as {@code ip:203.0.113.0/24}
     * @param note what the entry itself gives as its reason, at most {@link #LONGEST_NOTE} characters; may be empty
     */
    record Blocked(String by, String entry, String note) implements Reason {

        /** The longest note, in characters: others may write any text into an entry. */
        public static final int LONGEST_NOTE = 200;

        public Blocked {
            note = note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE);
        }
    }

    /**
     * The token is refused.
     *
     * @param fault in one word, such as {@code signature} or {@code cut_off}; from a fixed set
     */
    record BadToken(String fault) implements Reason {}

    /**
     * The signature of a webhook does not hold.
     *
     * @param why in words that hold nothing of secrets, nor of what was sent but its time
     */
    record BadSignature(String why) implements Reason {}

    /**
     * The page that opens a WebSocket is of an origin that may not.
     *
     * @param origin as the browser says, at most {@link Blocked#LONGEST_NOTE} characters
     */
    record WrongOrigin(String origin) implements Reason {

        public WrongOrigin {
            origin = origin.length() <= Blocked.LONGEST_NOTE ? origin : origin.substring(0, Blocked.LONGEST_NOTE);
        }
    }

    /**
     * The credential lacks one of the scopes that the route asks for.
     *
     * @param wanted all of them, with spaces between
     */
    record MissingScope(String wanted) implements Reason {}
}
