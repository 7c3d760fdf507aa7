package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.store.Tracking.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The keys whose changes are tracked, and what each of them stands for. Immutable. */
public final class TrackedKeys {

    private final Map<Kind, KeyTemplate> templates = new EnumMap<>(Kind.class);
    private final String rangesKey;
    private final List<String> prefixes;

    /** The keys of the kinds given; the ranges are always among them. */
    public TrackedKeys(KeyTemplates keys, Set<Kind> kinds) {
        this.rangesKey = keys.blockRanges();
        put(kinds, Kind.BLOCK, KeyTemplate.of(keys.blockList(), "{identifier}"));
        put(kinds, Kind.TOKEN, KeyTemplate.of(keys.tokenBlacklist(), "{token_id}"));
        put(kinds, Kind.CUTOFF, KeyTemplate.of(keys.subjectCutoff(), "{identifier}"));
        put(kinds, Kind.SESSION, KeyTemplate.of(keys.session(), "{session_id}"));
        put(kinds, Kind.REPLY, KeyTemplate.of(keys.apiCache(), "{key}"));
        List<String> all = new ArrayList<>(
                templates.values().stream().map(KeyTemplate::before).toList());
        all.add(rangesKey);
        this.prefixes = shortest(all);
    }

    private void put(Set<Kind> kinds, Kind kind, KeyTemplate template) {
        if (kinds.contains(kind)) {
            templates.put(kind, template);
        }
    }

    /** Drops each prefix that begins with another: Redis refuses such pairs, and the shorter one covers both. */
    static List<String> shortest(List<String> prefixes) {
        List<String> kept = new ArrayList<>();
        prefixes.stream().sorted(Comparator.comparingInt(String::length)).forEach(prefix -> {
            if (kept.stream().noneMatch(prefix::startsWith)) {
                kept.add(prefix);
            }
        });
        return List.copyOf(kept);
    }

    /** The prefixes of all keys; none begins with another. */
    public List<String> prefixes() {
        return prefixes;
    }

    /** Hands over everything that a key stands for; it may be anybody's, and stand for nothing. */
    public void read(String key, BiConsumer<Kind, String> found) {
        if (key.equals(rangesKey)) {
            found.accept(Kind.RANGES, "");
            return;
        }
        templates.forEach((kind, template) -> {
            String name = template.value(key);
            if (name != null) {
                found.accept(kind, name);
            }
        });
    }
}
