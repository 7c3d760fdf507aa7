package app.rcommerce.gateway.policy;

/**
 * One decision about a call. It runs on the call's event loop and never blocks; one instance serves all calls of a
 * configuration. A policy that throws ends the call with 500: it never passes.
 */
public interface Policy {

    /** Decides; called once per call, in the order of {@link Policies}. */
    Verdict decide(Call call);
}
