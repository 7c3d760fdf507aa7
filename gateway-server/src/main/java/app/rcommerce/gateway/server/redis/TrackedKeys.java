package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.store.Tracking.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The keys whose changes matter, what each stands for, and who wants to know. Safe for any thread. */
final class TrackedKeys {

    private final Map<Kind, KeyTemplate> templates = new EnumMap<>(Kind.class);
    private final Map<Kind, List<Consumer<String>>> listeners = new EnumMap<>(Kind.class);
    private final String rangesKey;
    private final List<String> prefixes;

    /** The keys of the kinds given; the ranges are always among them. */
    TrackedKeys(KeyTemplates keys, Set<Kind> kinds) {
        for (Kind kind : Kind.values()) {
            listeners.put(kind, new CopyOnWriteArrayList<>());
        }
        this.rangesKey = keys.blockRanges();
        put(kinds, Kind.BLOCK, KeyTemplate.of(keys.blockList(), "{identifier}"));
        put(kinds, Kind.TOKEN, KeyTemplate.of(keys.tokenBlacklist(), "{token_id}"));
        put(kinds, Kind.CUTOFF, KeyTemplate.of(keys.subjectCutoff(), "{identifier}"));
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

    /** Redis refuses prefixes of which one begins with another; the shorter one covers both. */
    static List<String> shortest(List<String> prefixes) {
        List<String> kept = new ArrayList<>();
        prefixes.stream().sorted(Comparator.comparingInt(String::length)).forEach(prefix -> {
            if (kept.stream().noneMatch(prefix::startsWith)) {
                kept.add(prefix);
            }
        });
        return List.copyOf(kept);
    }

    /** What every key begins with; none begins with another. */
    List<String> prefixes() {
        return prefixes;
    }

    void listen(Kind kind, Consumer<String> changed) {
        listeners.getOrDefault(kind, List.of()).add(changed);
    }

    /** A key has changed; it may be anybody's. */
    void changed(String key) {
        if (key.equals(rangesKey)) {
            tell(Kind.RANGES, "");
            return;
        }
        templates.forEach((kind, template) -> {
            String name = template.value(key);
            if (name != null) {
                tell(kind, name);
            }
        });
    }

    /** Everything has changed at once; of that only the ranges are told, since they are fetched and not asked for. */
    void allChanged() {
        tell(Kind.RANGES, "");
    }

    private void tell(Kind kind, String name) {
        listeners.getOrDefault(kind, List.of()).forEach(listener -> listener.accept(name));
    }
}
