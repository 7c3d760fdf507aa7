package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Names;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.limit.Ban;
import app.rcommerce.gateway.limit.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code [[access.bans]]}, and the {@code ban} of a limit. */
final class BansReader {

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final String REFUSALS = "refusals";
    private static final String MISBEHAVIOUR = "misbehaviour";

    /** The condition of a ban: how many answers in which time, and with which statuses. */
    private record After(Rate rate, Set<Integer> statuses) {}

    private static final Form<After> AFTER = Form.of(
            "\"<count> <refusals, misbehaviour, or statuses of 401, 403, 404 and 429>/<time>\", such as \"50 refusals/minute\" or"
                    + " \"20 401|403/10s\"",
            text -> after(text, Ban.STATUSES));
    private static final Form<After> AFTER_REFUSALS =
            Form.of("\"<count> refusals/<time>\", such as \"50 refusals/minute\"", text -> after(text, Set.of(429)));
    private static final Form<String> NAME = Form.of(Names.EXPECTED, text -> Names.isName(text) ? text : null);

    private BansReader() {}

    /** The bans of {@code [access]}, then those of limits, each of which has the name of its limit. */
    static List<Ban> read(Section access, Map<String, Section> limits) {
        List<Ban> bans = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section section : access.tables("bans")) {
            String name = section.required("name", NAME);
            if (name != null && (!names.add(name) || limits.containsKey(name))) {
                section.problem("name", "a name that no other ban and no limit has");
            }
            Ban ban = ban(section, name, Set.of(), AFTER, Ban.Key.IP);
            if (ban != null) {
                bans.add(ban);
            }
        }
        limits.forEach((limit, section) -> {
            Section table = section.table("ban", "{ after = \"50 refusals/minute\", for = \"10m\" }");
            Ban ban = table.isPresent() ? ban(table, limit, Set.of(limit), AFTER_REFUSALS, Ban.Key.IDENTITY) : null;
            if (ban != null) {
                bans.add(ban);
            }
        });
        return bans;
    }

    private static @Nullable Ban ban(
            Section section, @Nullable String name, Set<String> limits, Form<After> form, Ban.Key key) {
        After after = section.required("after", form);
        Duration life = section.duration("for", Duration.ofMinutes(10), Duration.ofSeconds(1), LONGEST);
        Duration most = section.duration("max", Duration.ofHours(24), Duration.ofSeconds(1), LONGEST);
        double grows = section.factor("grows", 1.0, 1_000);
        Ban.Key whom = section.choice("key", key);
        if (most.compareTo(life) < 0 && !section.isFaulty("for") && !section.isFaulty("max")) {
            section.problem(section.has("max") ? "max" : "for", "a longest ban that is no shorter than the first");
        }
        if (grows < 1) {
            section.problem("grows", "a number of at least 1");
        }
        if (after != null && after.statuses().contains(Ban.MISBEHAVIOUR) && whom == Ban.Key.IDENTITY) {
            section.problem("key", "\"ip\", since connections have no identity");
        }
        return name == null || after == null
                ? null
                : new Ban(name, limits, after.statuses(), after.rate(), life, grows, most, whom);
    }

    private static @Nullable After after(String text, Set<Integer> statuses) {
        int space = text.indexOf(' ');
        int slash = text.indexOf('/');
        if (space < 1 || slash < space) {
            return null;
        }
        Rate rate = Rate.parse(text.substring(0, space) + text.substring(slash));
        String what = text.substring(space + 1, slash);
        if (rate == null) {
            return null;
        }
        if (what.equals(REFUSALS)) {
            return new After(rate, statuses);
        }
        if (what.equals(MISBEHAVIOUR) && statuses.size() > 1) {
            return new After(rate, Set.of(Ban.MISBEHAVIOUR));
        }
        Set<String> known = statuses.stream().map(Object::toString).collect(Collectors.toSet());
        List<String> named = List.of(what.split("\\|", -1));
        return statuses.size() > 1 && known.containsAll(named)
                ? new After(
                        rate, Stream.of(what.split("\\|")).map(Integer::valueOf).collect(Collectors.toSet()))
                : null;
    }
}
