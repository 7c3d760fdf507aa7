package app.rcommerce.gateway.cache;

import java.util.List;

/**
 * Stands under the primary key where replies vary (RFC 9111 §4.1): the reply itself is under the variant key of these
 * names. Immutable.
 *
 * @param path the normalised path of the request
 * @param names request fields in lower case, sorted, each once; at least one
 */
public record VaryMarker(String path, List<String> names) implements StoredEntry {

    public VaryMarker {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("vary marker: no names (expected: at least one)");
        }
    }
}
