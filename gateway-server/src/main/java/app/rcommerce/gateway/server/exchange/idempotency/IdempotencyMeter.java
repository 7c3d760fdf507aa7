package app.rcommerce.gateway.server.exchange.idempotency;

import java.util.Locale;

/** An observer of requests with idempotency keys. Called on any thread; must neither block nor throw. */
public interface IdempotencyMeter {

    /** What becomes of a request with a key, and of the answer to it. */
    enum Outcome {
        /** It is the first with its key, and is forwarded. */
        FORWARDED,
        /** It repeats one that was answered, and gets that answer. */
        REPLAYED,
        /** It repeats one that is under way: 409. */
        IN_PROGRESS,
        /** Another request has its key: 422. */
        OTHER_REQUEST,
        /** Its key is none: 400. */
        MALFORMED,
        /** It has no key, and the route requires one: 400. */
        MISSING,
        /** The store could not be asked: 503, or forwarded where the rule says so. */
        UNCHECKED,
        /** The answer is kept. */
        KEPT,
        /** The answer is a 5xx, which is not kept. */
        SERVER_ERROR,
        /** The answer is larger than the rule allows, or than there is memory for, and is not kept. */
        TOO_LARGE,
        /** There is no answer, or not a whole one, and the key is free. */
        RELEASED,
        /** The upstream may have seen the request, but nobody knows its answer: the key stays until its mark ends. */
        UNKNOWN,
        /** The store has not taken the answer. */
        UNSTORED;

        /** The name in lower case, as metrics show it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An observer that ignores everything. */
    IdempotencyMeter NONE = (route, outcome) -> {};

    /** This has become of a request on this route. */
    void counted(String route, Outcome outcome);
}
