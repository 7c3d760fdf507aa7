package app.rcommerce.gateway.policy;

/**
 * An observer of what policies decide, for metrics. Every argument comes from a bounded set: names of policies and
 * limits from the configuration, and constants. Called on event loops; must not block or throw.
 */
public interface Telemetry {

    /** One that listens to nothing. */
    Telemetry NONE = (policy, outcome) -> {};

    /** A policy has decided something worth counting, such as {@code limit:anonymous} and {@code refused}. */
    void decided(String policy, String outcome);
}
