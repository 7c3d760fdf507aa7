package app.rcommerce.gateway.policy;

/**
 * One decision about a call. It runs on the call's event loop and never blocks; one instance serves all calls of a
 * configuration. A policy that throws ends the call with 500: it never passes.
 */
public interface Policy {

    /**
     * What the policy does while others ahead of it wait, so that what it asks of the store goes out in the trip of
     * theirs; called once at most. It may do so if it needs nothing that one of them waits for, and if what it asks
     * does no harm for a caller that is then refused, or can be withdrawn. One that does not say otherwise does
     * nothing, and neither does any behind it.
     */
    default Ask ask(Call call) {
        return Ask.WAIT;
    }

    /**
     * Decides, now that all ahead of it have passed; called once at most, and only where {@link #ask} has said neither
     * what is decided nor how.
     */
    Verdict decide(Call call);
}
