package app.rcommerce.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * A request target in normal form: the one that keys hold and the upstream receives. Made by {@link Paths}. Immutable.
 *
 * @param path absolute, without dot segments or empty segments
 * @param query without the question mark, as the client sent it; null where there is none
 * @param matched the path as routes, limits and purges compare it: see {@link Spelling#matched}
 */
public record Target(String path, @Nullable String query, String matched) {

    /** A target of this normal path. */
    public Target(String path, @Nullable String query) {
        this(path, query, Spelling.matched(path));
    }

    /**
     * The path as a server that decodes escaped slashes and backslashes matches it; null where it has none, so that every
     * server reads it as we do.
     */
    public @Nullable String otherReading() {
        return Spelling.withSlashesDecoded(path);
    }

    /** The target in origin form (RFC 9112 §3.2.1). */
    @Override
    public String toString() {
        return query == null ? path : path + "?" + query;
    }
}
