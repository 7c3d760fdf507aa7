package app.rcommerce.gateway.limit;

import org.jspecify.annotations.Nullable;

/**
 * Permits of a lease that nobody has used and that go back to the store.
 *
 * @param permits how many; 0 for none
 * @param atMillis the store's time of their grant
 * @param taken the decision that granted them: a meter in shadow mode that was over had counted nothing
 */
public record Unused(long permits, long atMillis, @Nullable Taken taken) {

    /** Nothing to give back. */
    public static final Unused NONE = new Unused(0, 0, null);

    /** What is left of a grant. */
    public static Unused of(long permits, Grant grant) {
        return permits == 0 ? NONE : new Unused(permits, grant.atMillis(), grant.taken());
    }

    /** Whether the permits were counted by the meter at this index. */
    public boolean isCountedBy(int meter) {
        return taken == null || !taken.states().get(meter).over();
    }
}
