package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.policy.LimitReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The meters of several limits that are counted for one identifier in one call to the store, with the limit that each
 * meter belongs to. Immutable but for remembered multiples; any thread.
 */
final class LimitPlan {

    /**
     * A limit as it applies to one identifier.
     *
     * @param enforced whether it refuses; if not, it only reports
     */
    record Member(Limit limit, boolean enforced) {}

    /** The bound of one limit on requests in flight. */
    record Cap(Member member, int most) {

        String bucket() {
            return member.limit().bucket();
        }

        /** The bound multiplied and rounded down, but at least 1. */
        int most(double multiplier) {
            return multiplier == 1.0 ? most : Math.clamp((long) Math.floor(most * multiplier), 1, Integer.MAX_VALUE);
        }
    }

    /** The meters of one multiplier, and their texts in fields. */
    record Counted(Meters meters, List<LimitReport.Words> words) {}

    /** A limit with the indexes of its meters, and of its bounds on requests in flight, which decide for it. */
    static final class Part {
        final Limit limit;
        final int[] meters;
        final int[] caps;

        private Part(Limit limit, IntStream meters, IntStream caps) {
            this.limit = limit;
            this.meters = meters.toArray();
            this.caps = caps.toArray();
        }
    }

    /** A rate of a limit, from which one meter is made. */
    private record MemberRate(Member member, Rate rate) {}

    private final List<Member> members;
    private final List<MemberRate> rates;
    private final List<Cap> caps;
    private final List<Part> parts;
    private final Counted counted;
    /**
     * Plans of some of the members, by those members: at most as many as there are combinations of failing stores and
     * settings for that case.
     */
    private final Map<List<Member>, LimitPlan> subsets = new ConcurrentHashMap<>(0);
    /**
     * Meters by multiplier: at most as many as there are distinct multipliers in the configuration, for each number of
     * nodes.
     */
    private final Map<Double, Counted> multiples = new ConcurrentHashMap<>();

    LimitPlan(List<Member> members) {
        this.members = List.copyOf(members);
        this.rates = rates(this.members);
        this.caps = caps(this.members);
        this.parts = this.members.stream()
                .map(Member::limit)
                .distinct()
                .map(this::part)
                .filter(part -> part.meters.length + part.caps.length > 0)
                .toList();
        this.counted = counted(rates, 1.0);
    }

    /**
     * The distinct rates of the members. Limits that share a bucket are counted once, and the rate is enforced where
     * any of them is.
     */
    private static List<MemberRate> rates(List<Member> members) {
        List<MemberRate> rates = new ArrayList<>();
        for (Member member : members) {
            for (Rate rate : member.limit().rates()) {
                MemberRate wanted = new MemberRate(member, rate);
                int same = sameCounter(rates, wanted);
                if (same < 0) {
                    rates.add(wanted);
                } else if (member.enforced() && !rates.get(same).member().enforced()) {
                    rates.set(same, wanted);
                }
            }
        }
        return List.copyOf(rates);
    }

    private static List<Cap> caps(List<Member> members) {
        Map<String, Cap> byBucket = new LinkedHashMap<>();
        for (Member member : members) {
            int most = member.limit().quota().concurrency();
            Cap same = byBucket.get(member.limit().bucket());
            if (most > 0
                    && (same == null || (member.enforced() && !same.member().enforced()))) {
                byBucket.put(member.limit().bucket(), new Cap(member, most));
            }
        }
        return List.copyOf(byBucket.values());
    }

    private Part part(Limit limit) {
        return new Part(
                limit,
                IntStream.range(0, rates.size()).filter(i -> owner(i).equals(limit)),
                IntStream.range(0, caps.size())
                        .filter(i -> caps.get(i).member().limit().equals(limit)));
    }

    private static int sameCounter(List<MemberRate> rates, MemberRate wanted) {
        Meter meter = meter(wanted, 1.0);
        for (int i = 0; i < rates.size(); i++) {
            Meter other = meter(rates.get(i), 1.0);
            if (other.field().equals(meter.field()) && other.quota() == meter.quota()) {
                return i;
            }
        }
        return -1;
    }

    private static Meter meter(MemberRate rate, double multiplier) {
        return Meter.of(
                rate.member().limit(), rate.rate(), multiplier, rate.member().enforced());
    }

    private static Counted counted(List<MemberRate> rates, double multiplier) {
        Meters meters =
                Meters.of(rates.stream().map(rate -> meter(rate, multiplier)).toList());
        return new Counted(meters, meters.stream().map(LimitReport.Words::of).toList());
    }

    /** The plan of some of the members, or this one where those are all. */
    LimitPlan only(List<Member> some) {
        return some.size() == members.size() ? this : subsets.computeIfAbsent(List.copyOf(some), LimitPlan::new);
    }

    /** Whether the plan has neither meters nor bounds. */
    boolean isEmpty() {
        return rates.isEmpty() && caps.isEmpty();
    }

    /** The bounds on requests in flight. */
    List<Cap> caps() {
        return caps;
    }

    List<Member> members() {
        return members;
    }

    /** The limits that count here, each with its meters and bounds. */
    List<Part> parts() {
        return parts;
    }

    /** The meters with quotas multiplied. */
    Meters meters(double multiplier) {
        return counted(multiplier).meters();
    }

    /** The meters with quotas multiplied, and their texts in a response's fields. */
    Counted counted(double multiplier) {
        return multiplier == 1.0 ? counted : multiples.computeIfAbsent(multiplier, m -> counted(rates, m));
    }

    /** The label of the window that the meter at the index has, such as {@code minute}. */
    String window(int index) {
        return rates.get(index).rate().label();
    }

    /** The limit that the meter at the index belongs to. */
    Limit owner(int index) {
        return rates.get(index).member().limit();
    }
}
