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

    /**
     * A limit has admitted a request. Called for nearly every request, so it must find its counters without building
     * anything.
     *
     * @param limit the limit's name
     * @param nearQuota whether less than a fifth of the quota is left behind it
     */
    default void admitted(String limit, boolean nearQuota) {}
}
