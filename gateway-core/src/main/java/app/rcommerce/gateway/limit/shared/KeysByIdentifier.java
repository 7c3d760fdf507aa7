package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.identity.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * An index of the keys of a bounded map by their identifier, so that the keys of one identifier are found without a
 * search through all of them. Whoever removes a key from the map must remove it here, so that the index is as large as
 * the map. Safe for any thread.
 */
final class KeysByIdentifier<K> {

    private final ConcurrentMap<Identifier, List<K>> keys = new ConcurrentHashMap<>();

    void add(Identifier identifier, K key) {
        keys.compute(identifier, (same, before) -> {
            if (before == null) {
                return List.of(key);
            }
            if (before.contains(key)) {
                return before;
            }
            List<K> more = new ArrayList<>(before);
            more.add(key);
            return List.copyOf(more);
        });
    }

    void remove(Identifier identifier, K key) {
        keys.computeIfPresent(identifier, (same, before) -> {
            if (before.size() == 1) {
                return before.getFirst().equals(key) ? null : before;
            }
            List<K> fewer = before.stream().filter(other -> !other.equals(key)).toList();
            return fewer.isEmpty() ? null : fewer;
        });
    }

    /** The keys of the identifier. */
    List<K> of(Identifier identifier) {
        return keys.getOrDefault(identifier, List.of());
    }
}
