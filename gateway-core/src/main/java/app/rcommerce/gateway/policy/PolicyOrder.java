package app.rcommerce.gateway.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * The policies in the order in which they decide, divided into trips. While a policy waits for the store, those behind
 * it in the same trip may ask the store as well, so that a trip costs one round trip. Immutable; any thread.
 */
public final class PolicyOrder {

    private final List<Policy> policies;
    /** For each policy, the index after the last policy of its trip. */
    private final int[] ends;

    private PolicyOrder(List<Policy> policies, int[] ends) {
        this.policies = List.copyOf(policies);
        this.ends = ends;
    }

    /** The order of the policies of all trips, one after the other. */
    public static PolicyOrder of(List<List<Policy>> trips) {
        List<Policy> policies = new ArrayList<>();
        trips.forEach(policies::addAll);
        int[] ends = new int[policies.size()];
        int next = 0;
        for (List<Policy> trip : trips) {
            int end = next + trip.size();
            while (next < end) {
                ends[next++] = end;
            }
        }
        return new PolicyOrder(policies, ends);
    }

    /** The same policies in the same order, of which all may ask while the first one waits. */
    public PolicyOrder inOneTrip() {
        return of(List.of(policies));
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

    /** The index after the last policy that may ask while this one waits. */
    int tripEnd(int index) {
        return ends[index];
    }
}
