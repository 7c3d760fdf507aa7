package app.rcommerce.gateway.policy;

/**
 * An observer of what policies decide, for metrics. Every argument comes from a bounded set: names of policies and
 * limits from the configuration, and constants. Called on event loops; must not block or throw.
 */
public interface Telemetry {

    /** An observer that does nothing. */
    Telemetry NONE = (policy, outcome) -> {};

    /**
     * A policy has made a decision that is counted, for example {@code limit:anonymous} with the outcome
     * {@code refused}.
     */
    void decided(String policy, String outcome);
}
