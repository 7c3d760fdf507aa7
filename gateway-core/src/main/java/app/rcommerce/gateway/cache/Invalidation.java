package app.rcommerce.gateway.cache;

import java.util.Set;

/** The rule when a request invalidates the replies that are stored for its target (RFC 9111 §4.4). Pure; any thread. */
public final class Invalidation {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "QUERY");

    private Invalidation() {}

    /** Whether the method may change what it is sent to (RFC 9110 §9.2.1). */
    public static boolean isUnsafe(String method) {
        return !SAFE.contains(method);
    }

    /** Whether a reply of this status to this method invalidates the target: a success of an unsafe method. */
    public static boolean invalidates(String method, int status) {
        return isUnsafe(method) && status >= 200 && status <= 399;
    }
}
