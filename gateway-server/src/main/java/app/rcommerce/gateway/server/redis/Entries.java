package app.rcommerce.gateway.server.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The small JSON values of the block list and of revocations. What is read may have been written by anybody: it reads
 * as empty where it is not as expected.
 */
final class Entries {

    private static final JsonMapper JSON = new JsonMapper();

    /** Redis refuses lives that, added to its clock, do not fit; so long is forever. */
    private static final long LONGEST_LIFE = Duration.ofDays(36_525).toMillis();

    private static final int LONGEST_REASON = 500;

    private Entries() {}

    /** A life in milliseconds as Redis takes it; at least 1. */
    static String millis(Duration life) {
        boolean forever = life.compareTo(Duration.ofMillis(LONGEST_LIFE)) > 0;
        return Long.toString(forever ? LONGEST_LIFE : Math.max(1, life.toMillis()));
    }

    static String block(String reason) {
        return JSON.createObjectNode().put("reason", reason).toString();
    }

    static String revocation(String reason, long atMillis) {
        return JSON.createObjectNode()
                .put("reason", reason)
                .put("blacklisted_at", atMillis)
                .toString();
    }

    /** The reason in a value; empty where it has none. */
    static String reason(@Nullable Object value) {
        JsonNode reason = field(value, "reason");
        String text = reason != null && reason.isString() ? reason.stringValue() : "";
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    /** When a range ends, in milliseconds since the epoch; 0 where the value does not say. */
    static long until(@Nullable Object value) {
        JsonNode until = field(value, "until");
        return until != null && until.isIntegralNumber() && until.canConvertToLong() ? until.longValue() : 0;
    }

    private static @Nullable JsonNode field(@Nullable Object value, String name) {
        if (!(value instanceof String text) || !text.startsWith("{")) {
            return null;
        }
        try {
            return JSON.readTree(text).get(name);
        } catch (JacksonException e) {
            return null;
        }
    }
}
