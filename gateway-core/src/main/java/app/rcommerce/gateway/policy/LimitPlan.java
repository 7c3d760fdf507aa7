package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Several limits that are counted for one identifier in one call to the store: their meters, and which limit each meter
 * belongs to. Immutable but for remembered multiples; any thread.
 */
final class LimitPlan {

    private final List<Limit> limits;
    private final Meters meters;
    private final List<Limit> owners;
    /** Meters by multiplier: no more entries than distinct multipliers in the configuration. */
    private final Map<Double, Meters> multiples = new ConcurrentHashMap<>();

    LimitPlan(List<Limit> limits) {
        this.limits = List.copyOf(limits);
        this.meters = meters(limits, 1.0);
        this.owners = limits.stream()
                .flatMap(limit -> limit.rates().stream().map(rate -> limit))
                .toList();
    }

    private static Meters meters(List<Limit> limits, double multiplier) {
        List<Meter> meters = new ArrayList<>();
        for (Limit limit : limits) {
            limit.rates().forEach(rate -> meters.add(Meter.of(limit, rate, multiplier)));
        }
        return Meters.of(meters);
    }

    boolean isEmpty() {
        return limits.isEmpty();
    }

    List<Limit> limits() {
        return limits;
    }

    /** The meters with quotas multiplied. */
    Meters meters(double multiplier) {
        return multiplier == 1.0 ? meters : multiples.computeIfAbsent(multiplier, m -> meters(limits, m));
    }

    /** The limit that the meter at the index belongs to. */
    Limit owner(int index) {
        return owners.get(index);
    }
}
