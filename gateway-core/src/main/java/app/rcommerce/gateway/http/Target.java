package app.rcommerce.gateway.http;

import java.util.Set;
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
     * The path as servers match it that decode escaped slashes, backslashes or both, before or after they cut
     * parameters off; empty where it holds none, so that every server reads it as we do. The empty text stands for a
     * reading that is no path.
     */
    public Set<String> otherReadings() {
        return Spelling.otherReadings(path);
    }

    /** The target in origin form (RFC 9112 §3.2.1). */
    @Override
    public String toString() {
        return query == null ? path : path + "?" + query;
    }
}
