package app.rcommerce.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * A request target in normal form: the one that routes match, keys hold and the upstream receives. Made by {@link
 * Paths} only. Immutable.
 *
 * @param path absolute, without dot segments or empty segments
 * @param query without the question mark, as the client sent it; null where there is none
 */
public record Target(String path, @Nullable String query) {

    /** The target in origin form (RFC 9112 §3.2.1). */
    @Override
    public String toString() {
        return query == null ? path : path + "?" + query;
    }
}
