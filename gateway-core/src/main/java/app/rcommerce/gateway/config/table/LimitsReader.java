package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Names;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.limit.Condition;
import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.Limit.AppliesTo;
import app.rcommerce.gateway.limit.Limit.Enforcement;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.limit.LimitKey.Component;
import app.rcommerce.gateway.limit.Quota;
import app.rcommerce.gateway.route.PathPattern;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code [limits.NAME]}. The names of limits stand in strings of Structured Fields (RFC 9651) and in keys, so
 * their characters are checked.
 */
final class LimitsReader {

    private static final Form<Component> COMPONENT = Form.of(LimitKey.EXPECTED, Component::parse);
    private static final Form<String> NAME = Form.of(Names.EXPECTED, text -> Names.isName(text) ? text : null);
    private static final Form<Condition.ClaimIs> CLAIM =
            Form.of("a claim and its value, such as \"plan=free\"", LimitsReader::claim);

    /** The first limit of each bucket, by the bucket's name. */
    private final Map<String, Limit> buckets = new HashMap<>();

    private LimitsReader() {}

    /** The limits in the order of the file; those with problems may be missing. */
    static SequencedMap<String, Limit> read(Map<String, Section> sections) {
        LimitsReader reader = new LimitsReader();
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
        limits.forEach((name, limit) -> reader.compare(limit, sections));
        return Collections.unmodifiableSequencedMap(limits);
    }

    private static @Nullable Limit limit(String name, Section section) {
        List<Component> components = section.oneOrMore("key", COMPONENT);
        LimitKey key = components.isEmpty() ? null : new LimitKey(components);
        AppliesTo appliesTo = section.choice("applies_to", AppliesTo.ALL);
        Condition when = condition(section.table("when", "{ methods = [\"POST\"] }"));
        if (appliesTo == AppliesTo.ANONYMOUS) {
            reportCredential(section, key, when);
        }
        Quota quota = QuotaReader.read(section);
        String bucket = section.text("bucket", NAME, name);
        if (section.has("bucket") && quota != null && quota.algorithm() == QuotaReader.CALENDAR) {
            section.problem(
                    "bucket",
                    "none with algorithm = \"fixed_window\", whose counts are those of the platform: one for each key and"
                            + " window");
        }
        Enforcement enforcement = enforcement(section);
        Limit.OnStoreFailure onStoreFailure = section.choice("on_store_failure", Limit.OnStoreFailure.LOCAL);
        return key == null || quota == null
                ? null
                : new Limit(name, bucket, key, appliesTo, when, quota, enforcement, onStoreFailure);
    }

    /** Reports a key that needs a verified credential on a limit for anonymous callers. */
    private static void reportCredential(Section section, @Nullable LimitKey key, Condition when) {
        Component credential = key == null ? null : key.credential();
        if (credential == null && when.claim() == null) {
            return;
        }
        section.problem(
                "applies_to",
                "all or authenticated, since an anonymous caller has no " + (credential == null ? "claim" : credential)
                        + " to be counted by");
    }

    private static Condition condition(Section section) {
        Set<String> methods = new HashSet<>(section.someTexts("methods", RoutesReader.METHOD, List.of()));
        if (methods.contains("GET")) {
            // As in routes; otherwise HEAD would be a way around.
            methods.add("HEAD");
        }
        return new Condition(
                methods,
                section.text("path", Form.of(PathPattern.EXPECTED, PathPattern::parse)),
                section.text("claim", CLAIM));
    }

    private static Condition.@Nullable ClaimIs claim(String text) {
        int equals = text.indexOf('=');
        String name = equals < 1 ? "" : text.substring(0, equals);
        return LimitKey.isClaim(name) ? new Condition.ClaimIs(name, text.substring(equals + 1)) : null;
    }

    private static Enforcement enforcement(Section section) {
        Limit.Mode mode = section.choice("mode", Limit.Mode.ENFORCE);
        int percent = section.integer("enforce", 100, 0, 100);
        if (mode == Limit.Mode.SHADOW && section.has("enforce") && !section.isFaulty("enforce")) {
            section.problem("enforce", "none with mode = \"shadow\", which enforces nothing");
        }
        if (mode == Limit.Mode.SHADOW && section.has("ban")) {
            section.problem("ban", "none with mode = \"shadow\", which refuses nobody");
        }
        return new Enforcement(mode, percent);
    }

    /** Reports a limit that shares counters with an earlier one but counts differently. */
    private void compare(Limit limit, Map<String, Section> sections) {
        Limit first = buckets.putIfAbsent(limit.bucket(), limit);
        if (first == null || (first.key().equals(limit.key()) && first.quota().equals(limit.quota()))) {
            return;
        }
        Section section = sections.get(limit.bucket().equals(limit.name()) ? first.name() : limit.name());
        if (section != null) {
            section.problem(
                    "bucket",
                    "a bucket of its own, or the key, the algorithm and the bounds of limits."
                            + (limit.bucket().equals(limit.name()) ? limit : first).name()
                            + ", which counts in it too");
        }
    }
}
