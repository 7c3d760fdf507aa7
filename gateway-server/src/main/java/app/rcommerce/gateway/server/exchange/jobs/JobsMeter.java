package app.rcommerce.gateway.server.exchange.jobs;

import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.forward.AttemptResult;
import java.util.Locale;

/** An observer of queues on this node. Called on any thread; must neither block nor throw. */
public interface JobsMeter {

    /** An observer that ignores everything. */
    JobsMeter NONE = new JobsMeter() {};

    /** What becomes of a request that is to be put into a queue. */
    enum Accepted {
        /** It is there. */
        ACCEPTED,
        /** It has been there before. */
        DUPLICATE,
        /** The queue is full. */
        FULL,
        /** Its signature does not hold. */
        UNVERIFIED,
        /** The store has not taken it. */
        FAILED;

        /** The name in lower case, as metrics show it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The ends of jobs that are told of. */
    enum Ended {
        /** It is done. */
        COMPLETED,
        /** It is to be tried again. */
        RETRIED,
        /** It goes back untried. */
        RELEASED,
        /** It was given up. */
        DEAD,
        /** Its lease had ended before that could be told. */
        TOO_LATE;

        /** The name in lower case, as metrics show it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A request has come that is to be put into a queue. */
    default void accepted(String queue, Accepted what) {}

    /** An attempt has ended, after so long. */
    default void attempted(String queue, AttemptResult.Kind result, long nanos) {}

    /** The worker has let go of a job. */
    default void ended(String queue, Ended how) {}

    /** Jobs have been found again: whose workers had died, and such as stood nowhere. */
    default void found(String queue, int expired, int buried, int lost) {}

    /** What the store has counted. */
    default void counted(String queue, QueueCounts counts) {}

    /** Whether the upstream of a queue is left alone for a while. */
    default void breaker(String queue, boolean open) {}
}
