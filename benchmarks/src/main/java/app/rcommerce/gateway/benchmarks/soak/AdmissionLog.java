package app.rcommerce.gateway.benchmarks.soak;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.Meters;
import java.util.Arrays;

/** The log of one identifier's admissions, in order of arrival. Safe for any thread. */
final class AdmissionLog {

    /** What a check of all spans has found. */
    record Spans(long checked, long violations, double fullest) {

        static final Spans NONE = new Spans(0, 0, 0);

        Spans and(Spans other) {
            return new Spans(checked + other.checked, violations + other.violations, Math.max(fullest, other.fullest));
        }
    }

    private final Identifier identifier;
    private final Meters meters;
    private long[] times = new long[1024];
    private int size;

    AdmissionLog(Identifier identifier, Meters meters) {
        this.identifier = identifier;
        this.meters = meters;
    }

    Identifier identifier() {
        return identifier;
    }

    Meters meters() {
        return meters;
    }

    synchronized void add(long nanos) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
        }
        times[size++] = nanos;
    }

    synchronized long[] sorted() {
        long[] all = Arrays.copyOf(times, size);
        Arrays.sort(all);
        return all;
    }

    /** How many were admitted from one time on and before another. */
    long between(long fromNanos, long toNanos) {
        return Arrays.stream(sorted())
                .filter(nanos -> nanos - fromNanos >= 0 && nanos - toNanos < 0)
                .count();
    }

    /** Checks every span of every window against its quota, and prints those that hold too many. */
    Spans check() {
        long[] admitted = sorted();
        Spans found = Spans.NONE;
        for (Meter meter : meters) {
            found = found.and(check(admitted, meter));
        }
        return found;
    }

    private Spans check(long[] admitted, Meter meter) {
        long most = meter.algorithm() == Algorithm.TOKEN_BUCKET ? meter.burst() + meter.quota() : meter.quota();
        long violations = 0;
        double fullest = 0;
        int from = 0;
        for (int to = 0; to < admitted.length; to++) {
            while (admitted[to] - admitted[from] >= meter.windowMillis() * 1_000_000) {
                from++;
            }
            long inSpan = to - from + 1L;
            fullest = Math.max(fullest, (double) inSpan / most);
            if (inSpan > most) {
                violations++;
                System.out.printf("VIOLATION %s %s: %d in one window of %d%n", identifier, meter.field(), inSpan, most);
            }
        }
        return new Spans(admitted.length, violations, fullest);
    }
}
