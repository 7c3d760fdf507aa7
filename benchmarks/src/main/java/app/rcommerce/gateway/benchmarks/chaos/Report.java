package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.chaos.Load.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The report: the tables, in Markdown. */
final class Report {

    /** The time in which callers may find out that Redis is away. */
    private static final long FIRST_NANOS = 200_000_000L;

    private final StringBuilder out = new StringBuilder();
    private final List<Trial.Seen> all;

    private Report(List<Trial.Seen> all) {
        this.all = all;
    }

    static String of(List<Trial.Seen> all) {
        Report report = new Report(all);
        report.summary();
        all.forEach(report::details);
        return report.out.toString();
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private void summary() {
        line(
                "| fault | not as configured | longest added, first 200 ms | p50, p99 added, afterwards | gauge: during, after |"
                        + " shared again after | log lines |");
        line("| --- | --- | --- | --- | --- | --- | --- |");
        for (Trial.Seen seen : all) {
            double first = 0;
            double median = 0;
            double after = 0;
            for (Feature feature : Feature.values()) {
                first = Math.max(first, addedFirst(seen, feature));
                median = Math.max(median, addedAfter(seen, feature, 0.5));
                after = Math.max(after, addedAfter(seen, feature, 0.99));
            }
            line(
                    "| %s | %d of %d | %s | %s, %s | %s, %s%s | %s | %d |",
                    seen.fault().name(),
                    seen.wrong(),
                    seen.count(),
                    millis(first),
                    millis(median),
                    millis(after),
                    seen.stateDuring(),
                    seen.stateAfter(),
                    seen.trackedAfter() ? "" : " (changes not told)",
                    recovery(seen),
                    seen.lines().size());
        }
        line("");
    }

    private static String recovery(Trial.Seen seen) {
        long worst = 0;
        for (long each : seen.recovered().values()) {
            if (each < 0) {
                return "not";
            }
            worst = Math.max(worst, each);
        }
        return worst + " ms";
    }

    private void details(Trial.Seen seen) {
        line("### %s", seen.fault().name());
        line("");
        line(
                "%s. %s; the fault lasted %.1f s. Connections to Redis in use at once: %.0f at most.",
                seen.fault().how(),
                seen.fault().topology().name().toLowerCase(Locale.ROOT),
                (seen.endNanos() - seen.beginNanos()) / 1e9,
                seen.mostConnections());
        line("");
        line("| feature | callers | healthy: answers, p50, p99 | during the fault | longest added, first 200 ms |"
                + " p50, p99 added, longest, afterwards | after it |");
        line("| --- | --- | --- | --- | --- | --- | --- |");
        for (Feature feature : Feature.values()) {
            double[] healthy = times(seen, feature, seen.healthyNanos(), seen.beginNanos());
            double[] after = times(seen, feature, seen.beginNanos() + FIRST_NANOS, seen.endNanos());
            line(
                    "| %s | %s | %s, %s, %s | %s | %s | %s, %s, %s | %s |",
                    feature.text(),
                    feature.callers(),
                    statuses(seen, feature, seen.healthyNanos(), seen.beginNanos()),
                    millis(at(healthy, 0.5)),
                    millis(at(healthy, 0.99)),
                    statuses(seen, feature, seen.beginNanos(), seen.endNanos()),
                    millis(addedFirst(seen, feature)),
                    millis(addedAfter(seen, feature, 0.5)),
                    millis(addedAfter(seen, feature, 0.99)),
                    millis(at(after, 1)),
                    statuses(seen, feature, seen.endNanos(), Long.MAX_VALUE));
        }
        line("");
        line(
                "Shared state in force again: %s.",
                seen.recovered().entrySet().stream()
                        .map(each -> each.getKey().text()
                                + (each.getValue() < 0 ? " not" : " after " + each.getValue() + " ms"))
                        .collect(Collectors.joining(", ")));
        line("");
        if (seen.lines().isEmpty()) {
            line("Nothing was logged.");
        } else {
            line("```");
            for (Lines.Line each : seen.lines()) {
                line(
                        "%+.2f s %s %s: %s",
                        (each.millis() - seen.beginMillis()) / 1e3,
                        each.level(),
                        each.logger().substring(each.logger().lastIndexOf('.') + 1),
                        each.text().lines().findFirst().orElse(""));
            }
            line("```");
        }
        line("");
    }

    private static double addedFirst(Trial.Seen seen, Feature feature) {
        double[] healthy = times(seen, feature, seen.healthyNanos(), seen.beginNanos());
        double[] first = times(seen, feature, seen.beginNanos(), seen.beginNanos() + FIRST_NANOS);
        return Math.max(0, at(first, 1) - at(healthy, 0.5));
    }

    private static double addedAfter(Trial.Seen seen, Feature feature, double share) {
        double[] healthy = times(seen, feature, seen.healthyNanos(), seen.beginNanos());
        double[] after = times(seen, feature, seen.beginNanos() + FIRST_NANOS, seen.endNanos());
        return Math.max(0, at(after, share) - at(healthy, share));
    }

    /** Milliseconds, in order, of the requests that were due in the span. */
    private static double[] times(Trial.Seen seen, Feature feature, long from, long to) {
        double[] times = in(seen, feature, from, to).stream()
                .mapToDouble(sample -> sample.tookNanos() / 1e6)
                .toArray();
        Arrays.sort(times);
        return times;
    }

    private static List<Sample> in(Trial.Seen seen, Feature feature, long from, long to) {
        return seen.samples().stream()
                .filter(sample -> sample.feature() == feature && sample.dueNanos() >= from && sample.dueNanos() < to)
                .toList();
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    private static String statuses(Trial.Seen seen, Feature feature, long from, long to) {
        List<Sample> samples = in(seen, feature, from, to);
        Map<Integer, Long> counts =
                samples.stream().collect(Collectors.groupingBy(Sample::status, TreeMap::new, Collectors.counting()));
        if (counts.size() == 1) {
            return word(counts.keySet().iterator().next());
        }
        return counts.entrySet().stream()
                .map(each -> String.format(
                        Locale.ROOT, "%s %.0f %%", word(each.getKey()), 100.0 * each.getValue() / samples.size()))
                .collect(Collectors.joining(" "));
    }

    private static String word(int status) {
        return status == 0 ? "none" : Integer.toString(status);
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}
