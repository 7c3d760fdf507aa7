package app.rcommerce.gateway.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request target in normal form, as {@link Paths} makes it. Cache keys are made of it and the upstream receives it.
 * Immutable.
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
     * The forms in which servers match the path that decode escaped slashes, backslashes or both, before or after they
     * cut parameters off. Empty where the path has no such escapes, so that every server reads it as the gateway does.
     * The empty text stands for a form that is not a valid path.
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
