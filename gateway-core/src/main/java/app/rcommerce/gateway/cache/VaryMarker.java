package app.rcommerce.gateway.cache;

import java.util.List;

/**
 * Stands under the primary key where replies vary (RFC 9111 §4.1): the reply itself is under the variant key of these
 * names. Immutable.
 *
 * @param path the path of the request as purges compare it
 * @param names request fields in lower case, sorted, each once; at least one
 * @param salt part of every variant's key, another one whenever the marker is made anew: who removes the marker makes
 *     all variants worthless, those that nobody can list included
 */
public record VaryMarker(String path, List<String> names, long salt) implements StoredEntry {

    public VaryMarker {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("vary marker: no names (expected: at least one)");
        }
    }
}
