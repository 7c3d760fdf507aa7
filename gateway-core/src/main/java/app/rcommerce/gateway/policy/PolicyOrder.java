package app.rcommerce.gateway.policy;

import java.util.List;

/**
 * The policies in the order in which they decide. While a policy waits for the store, those behind it may ask the store
 * as well, so that what can be asked at once costs one round trip. Immutable; any thread.
 */
public final class PolicyOrder {

    private final List<Policy> policies;

    private PolicyOrder(List<Policy> policies) {
        this.policies = List.copyOf(policies);
    }

    /** The order of these policies, one after the other. */
    public static PolicyOrder of(List<Policy> policies) {
        return new PolicyOrder(policies);
    }

    /** The policies in the order in which they decide. */
    public List<Policy> policies() {
        return policies;
    }

    int size() {
        return policies.size();
    }

    Policy get(int index) {
        return policies.get(index);
    }
}
