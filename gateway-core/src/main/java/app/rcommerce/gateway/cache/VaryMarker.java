package app.rcommerce.gateway.cache;

import java.util.List;

/**
 * The entry that is stored under the primary key in place of a reply where replies vary (RFC 9111 §4.1). It names the
 * request fields by which they vary; the reply itself is stored under the variant key, which {@link CacheKeys#variant}
 * makes of the values of those fields. Immutable.
 *
 * @param path the path of the request as purges compare it
 * @param names request fields in lower case, sorted, each once; at least one
 * @param salt a part of every variant's key. Each new marker has another one, so that removing the marker makes all its
 *     variants unreachable without a list of them
 */
public record VaryMarker(String path, List<String> names, long salt) implements StoredEntry {

    public VaryMarker {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("vary marker: no names (expected: at least one)");
        }
    }
}
