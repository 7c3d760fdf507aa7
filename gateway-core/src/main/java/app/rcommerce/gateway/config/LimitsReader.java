package app.rcommerce.gateway.config;

import app.rcommerce.gateway.config.Section.Element;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.AppliesTo;
import app.rcommerce.gateway.limit.Rate;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code [limits.NAME]}. Names stand in the strings of Structured Fields (RFC 9651) and in keys. */
final class LimitsReader {

    private static final Form<Rate> RATE = Form.of(Rate.EXPECTED, Rate::parse);

    private LimitsReader() {}

    /** The limits in the order of the file; those with problems may be missing. */
    static SequencedMap<String, Limit> read(Map<String, Section> sections) {
        SequencedMap<String, Limit> limits = new LinkedHashMap<>();
        sections.forEach((name, section) -> {
            if (!section.isPresent()) {
                return;
            }
            if (!Names.isName(name)) {
                section.problemOf(Written.quoted(name), Names.EXPECTED);
            }
            Limit limit = limit(name, section);
            if (limit != null) {
                limits.put(name, limit);
            }
        });
        return Collections.unmodifiableSequencedMap(limits);
    }

    private static @Nullable Limit limit(String name, Section section) {
        Limit.Key key = section.required("key", Form.words(Limit.Key.class));
        AppliesTo appliesTo = section.choice("applies_to", AppliesTo.ALL);
        if (appliesTo == AppliesTo.ANONYMOUS && (key == Limit.Key.API_KEY || key == Limit.Key.SUBJECT)) {
            section.problem(
                    "applies_to",
                    "all or authenticated, since an anonymous caller has no " + key.name().toLowerCase(Locale.ROOT)
                            + " to be counted by");
        }
        List<Rate> rates = rates(section);
        Limit.Mode mode = section.choice("mode", Limit.Mode.ENFORCE);
        Limit.OnStoreFailure onStoreFailure = section.choice("on_store_failure", Limit.OnStoreFailure.LOCAL);
        return key == null || rates.isEmpty() ? null : new Limit(name, key, appliesTo, rates, mode, onStoreFailure);
    }

    private static List<Rate> rates(Section section) {
        section.needElements("rates", "at least one rate, such as [\"60/minute\"]");
        Map<Duration, Rate> byWindow = new LinkedHashMap<>();
        for (Element<Rate> element : section.elements("rates", RATE)) {
            Rate same = byWindow.putIfAbsent(element.value().window(), element.value());
            if (same != null) {
                section.problem(element, "another window; " + Written.quoted(same.text()) + " has the same");
            }
        }
        return List.copyOf(byWindow.values());
    }
}
