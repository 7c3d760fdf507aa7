package app.rcommerce.gateway.limit;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * A list of meters that the store is asked about together. Immutable; made once for each limit plan, so that its hash,
 * by which leases are found, is computed once, as is what each new caller's lease asks of them.
 */
public final class Meters extends AbstractList<Meter> implements RandomAccess {

    private static final long LEAST_HELD_MILLIS = 2_000;

    private final Meter[] meters;
    private final int hash;
    private final long leaseMillis;
    private final long shortestMillis;
    private final long leastBurst;
    private final boolean held;

    private Meters(List<Meter> meters) {
        this.meters = meters.toArray(Meter[]::new);
        this.hash = super.hashCode();
        this.leaseMillis = meters.stream().mapToLong(Meter::leaseMillis).min().orElse(0);
        this.shortestMillis = meters.stream().mapToLong(Meter::spanMillis).min().orElse(0);
        this.leastBurst = meters.stream()
                .filter(Meter::enforced)
                .mapToLong(Meter::burst)
                .min()
                .orElse(Long.MAX_VALUE);
        this.held = meters.stream().allMatch(Meters::canBeHeld)
                && meters.stream().map(Meter::field).distinct().count() == meters.size();
    }

    /** The meters as such a list. */
    public static Meters of(List<Meter> meters) {
        return meters instanceof Meters same ? same : new Meters(meters);
    }

    /**
     * How long granted permits may be used, in milliseconds: as all of the meters allow; 0 where none may be leased.
     */
    public long leaseMillis() {
        return leaseMillis;
    }

    /** The shortest span of a meter, in milliseconds; 0 where there is no meter. */
    public long shortestMillis() {
        return shortestMillis;
    }

    /** The most permits that may be used at once; as many as there are where no meter is enforced. */
    public long leastBurst() {
        return leastBurst;
    }

    /**
     * Whether a store can count permits that a node holds apart from those that are used: not in windows of the
     * calendar, which are plain numbers, nor where two of the meters count in one field, nor in windows so short that
     * it would be told too late.
     */
    public boolean canBeHeld() {
        return held;
    }

    private static boolean canBeHeld(Meter meter) {
        return meter.algorithm() != Meter.Algorithm.FIXED_WINDOW && meter.spanMillis() >= LEAST_HELD_MILLIS;
    }

    @Override
    public Meter get(int index) {
        return meters[Objects.checkIndex(index, meters.length)];
    }

    @Override
    public int size() {
        return meters.length;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other == this || (!(other instanceof Meters same && same.hash != hash) && super.equals(other));
    }
}
