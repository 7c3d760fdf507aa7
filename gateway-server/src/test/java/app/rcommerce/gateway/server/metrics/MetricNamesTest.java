package app.rcommerce.gateway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.time.HandClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code promtool check metrics} would say of a scrape, by its rules. */
class MetricNamesTest {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern HELP = Pattern.compile("# HELP (\\S+) (.+)");
    private static final Pattern SNAKE_CASE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    /** Units that are no base units, and abbreviations of any. */
    private static final Set<String> NOT_BASE = Set.of(
            "nanoseconds",
            "microseconds",
            "milliseconds",
            "minutes",
            "hours",
            "days",
            "weeks",
            "kilobytes",
            "megabytes",
            "gigabytes",
            "bits",
            "percent",
            "s",
            "ms",
            "us",
            "ns",
            "sec",
            "b",
            "kb",
            "mb",
            "gb",
            "tb",
            "pb",
            "m",
            "h",
            "d");

    private static final Set<String> TYPES = Set.of("gauge", "counter", "histogram", "summary", "untyped");

    private static List<String> complaints(String scrape) {
        Map<String, String> helps = new HashMap<>();
        Matcher help = HELP.matcher(scrape);
        while (help.find()) {
            helps.put(help.group(1), help.group(2));
        }
        List<String> complaints = new ArrayList<>();
        Matcher type = TYPE.matcher(scrape);
        int found = 0;
        while (type.find()) {
            found++;
            String name = type.group(1);
            boolean counter = type.group(2).equals("counter");
            boolean distribution =
                    type.group(2).equals("histogram") || type.group(2).equals("summary");
            if (helps.getOrDefault(name, "").isBlank()) {
                complaints.add(name + ": no help text");
            }
            if (!SNAKE_CASE.matcher(name).matches()) {
                complaints.add(name + ": not in snake_case");
            }
            if (counter != name.endsWith("_total")) {
                complaints.add(name + ": counters end in _total, and nothing else does");
            }
            if (!distribution && name.matches(".*_(count|sum|bucket)")) {
                complaints.add(name + ": the suffix is that of a histogram");
            }
            for (String word : name.toLowerCase(Locale.ROOT).split("_", -1)) {
                if (NOT_BASE.contains(word)) {
                    complaints.add(name + ": " + word + " is no base unit");
                }
                if (TYPES.contains(word)) {
                    complaints.add(name + ": the type belongs elsewhere");
                }
            }
        }
        assertThat(found).as("metrics looked at").isGreaterThan(40);
        return complaints;
    }

    @Test
    void everyNameIsAsPrometheusWantsIt() {
        try (GatewayMetrics metrics = new GatewayMetrics("1", new HandClock())) {
            metrics.finished(GatewayMetricsTest.finished("products", 200, 1, "hit", ""));
            metrics.finished(GatewayMetricsTest.finished("products", 502, 1, "uri-miss", "upstream_reset"));
            metrics.decided("auth", "missing");
            metrics.adminRefused();
            metrics.connectionOpened();
            metrics.upstreams(Map.of("u", List.of("a:1")), GatewayMetricsTest.state(1, ""));
            metrics.memory("fills", () -> 1, () -> 2);
            metrics.listener(() -> 1, () -> false, () -> 2);
            metrics.configuration("0123");
            metrics.log(() -> 0);
            metrics.accessLog(() -> 0);
            metrics.store().redisCommand("take", "ok", 1);
            metrics.store().state(List.of("connected"), () -> "connected");
            metrics.store().nearDecisions(() -> 1);
            metrics.store().tracking(() -> true);
            metrics.store().nodes(() -> 1, () -> 1);
            metrics.store().pool(() -> 1, () -> 2);
            metrics.store().memory(() -> 1, () -> 2);
            metrics.store().evictions(() -> 0);
            metrics.store().notUnderstood(List.of("block"));

            String scrape = metrics.scrape("").text();

            assertThat(complaints(scrape)).isEmpty();
            assertThat(scrape).contains("\nprocess_cpu_seconds_total ").contains("\nsystem_cpus ");
        }
    }
}
