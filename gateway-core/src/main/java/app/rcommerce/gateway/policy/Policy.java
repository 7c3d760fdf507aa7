package app.rcommerce.gateway.policy;

/**
 * A policy, such as a limit or the block list: it decides whether a call passes, or which reply ends it. It runs on the
 * call's event loop and never blocks; one instance serves all calls of a configuration. Where a policy throws, the call
 * does not pass but ends with 500.
 */
public interface Policy {

    /**
     * Asks the store ahead of the policy's turn, while policies ahead of it wait, so that its request travels together
     * with theirs; called at most once. A policy may do so where it needs nothing that one of them waits for, and where
     * its request does no harm for a caller that is then refused, or can be withdrawn. By default neither this policy
     * nor any behind it asks ahead.
     */
    default Ask ask(Call call) {
        return Ask.WAIT;
    }

    /**
     * Decides, after all policies ahead of it have passed. Called at most once, and only where {@link #ask} has
     * returned neither a verdict nor {@link Ask.Asked}.
     */
    Verdict decide(Call call);
}
