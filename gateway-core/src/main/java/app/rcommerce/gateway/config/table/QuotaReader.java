package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Section.Element;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import app.rcommerce.gateway.limit.Quota;
import app.rcommerce.gateway.limit.Rate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the quota of a limit: {@code algorithm}, {@code rates}, {@code burst} and {@code concurrency}. */
final class QuotaReader {

    /** The algorithm that counts in windows of the calendar, as the platform's own code does. */
    static final Algorithm CALENDAR = Algorithm.FIXED_WINDOW;

    private static final int MOST_IN_FLIGHT = 1_000_000;
    private static final Form<Rate> RATE = Form.of(Rate.EXPECTED, Rate::parse);
    private static final Set<Duration> CALENDAR_WINDOWS =
            Set.of(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofDays(1));

    private final Section section;

    private QuotaReader(Section section) {
        this.section = section;
    }

    /** The quota; null after reporting that there is none. */
    static @Nullable Quota read(Section section) {
        return new QuotaReader(section).quota();
    }

    private @Nullable Quota quota() {
        Algorithm algorithm = section.choice("algorithm", Algorithm.SLIDING_WINDOW);
        int concurrency = section.integer("concurrency", 0, 1, MOST_IN_FLIGHT);
        if (!section.has("concurrency")) {
            section.needElements("rates", "at least one rate, such as [\"60/minute\"]");
        }
        List<Element<Rate>> elements = section.elements("rates", RATE);
        if (algorithm == CALENDAR) {
            reportWindows(elements);
        } else if (algorithm == Algorithm.TOKEN_BUCKET) {
            elements.stream()
                    .skip(1)
                    .forEach(element -> section.problem(element, "no second rate with algorithm = \"token_bucket\""));
        }
        List<Rate> rates = rates(elements, algorithm);
        long burst = burst(algorithm, rates);
        return rates.isEmpty() && concurrency == 0 ? null : new Quota(algorithm, rates, burst, concurrency);
    }

    private List<Rate> rates(List<Element<Rate>> elements, Algorithm algorithm) {
        Map<Duration, Rate> byWindow = new LinkedHashMap<>();
        for (Element<Rate> element : elements) {
            Rate same = byWindow.putIfAbsent(element.value().window(), element.value());
            if (same != null && algorithm != Algorithm.TOKEN_BUCKET) {
                section.problem(element, "another window; " + Written.quoted(same.text()) + " has the same");
            }
        }
        return List.copyOf(byWindow.values());
    }

    private void reportWindows(List<Element<Rate>> elements) {
        for (Element<Rate> element : elements) {
            if (!CALENDAR_WINDOWS.contains(element.value().window())) {
                section.problem(element, "a minute, an hour or a day with algorithm = \"fixed_window\"");
            }
        }
    }

    private long burst(Algorithm algorithm, List<Rate> rates) {
        long burst = section.integer("burst", 0, 1, Integer.MAX_VALUE);
        if (algorithm != Algorithm.TOKEN_BUCKET) {
            if (section.has("burst")) {
                section.problem("burst", "none, or algorithm = \"token_bucket\"");
            }
            return 0;
        }
        if (rates.size() == 1 && fillMillis(rates.getFirst(), burst) > Rate.MAX_WINDOW.toMillis()) {
            section.problem("burst", "what flows in within " + Rate.MAX_WINDOW.toDays() + " days at most");
        }
        return burst;
    }

    private static double fillMillis(Rate rate, long burst) {
        return (double) burst * rate.window().toMillis() / rate.quota();
    }
}
