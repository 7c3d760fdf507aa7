package app.rcommerce.gateway.benchmarks.chaos;

import java.time.Duration;

/**
 * One way in which Redis fails.
 *
 * @param name what it is called
 * @param how how it is brought about
 * @param topology what it happens to
 * @param begin brings it about; returns when it has begun
 * @param lasts for how long it is left alone
 * @param end undoes it; returns when Redis can be used again, seen from beside the gateway
 */
record Fault(String name, String how, Topology topology, Step begin, Duration lasts, Step end) {

    /** An action on the servers. */
    interface Step {
        void run(Scene scene) throws Exception;

        /** Does nothing. */
        Step NONE = scene -> {};
    }
}
