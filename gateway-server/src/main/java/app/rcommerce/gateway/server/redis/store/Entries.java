package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.block.Subject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The encoding of the small JSON values of the block list and of revocations. Values may have been written by other
 * programs: what is not as expected reads as empty. Stateless.
 */
final class Entries {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * The longest time to live that is sent, in milliseconds: Redis refuses those which overflow when they are added to
     * its clock.
     */
    private static final long LONGEST_LIFE = Duration.ofDays(36_525).toMillis();

    private static final int LONGEST_REASON = 500;
    private static final Set<String> YES = Set.of("1", "true");
    /** A smaller number of a time is one of seconds, as in {@code Moments} and in the script that adds ranges. */
    private static final long LEAST_MILLIS = 100_000_000_000L;

    private Entries() {}

    /** A time to live in milliseconds as Redis takes it; at least 1. */
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

    /**
     * The reason in the value of a block: the member of an object, a text in quotes, or the text as it is; empty where
     * it has none, and for the plain yes of {@code 1} and {@code true}.
     */
    static String reason(String value) {
        String text = value.strip();
        if (text.startsWith("{")) {
            return reason(read(text));
        }
        if (text.startsWith("\"")) {
            JsonNode quoted = json(text);
            return quoted != null && quoted.isString() ? shown(quoted.stringValue()) : shown(text);
        }
        return text.startsWith("[") || YES.contains(text) ? "" : shown(text);
    }

    /** Whether the value of a block has one of the forms that are understood. */
    static boolean isReadable(String value) {
        String text = value.strip();
        return text.startsWith("{") ? read(text) != null : !text.startsWith("[");
    }

    private static String reason(@Nullable JsonNode entry) {
        JsonNode reason = entry == null ? null : entry.get("reason");
        return reason != null && reason.isString() ? shown(reason.stringValue()) : "";
    }

    private static String shown(String text) {
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    /** When a range ends, in milliseconds since the epoch; 0 where the value does not say. */
    static long until(@Nullable Object value) {
        return until(read(value));
    }

    private static long until(@Nullable JsonNode entry) {
        JsonNode until = entry == null ? null : entry.get("until");
        if (until == null || !until.isIntegralNumber() || !until.canConvertToLong()) {
            return 0;
        }
        long number = until.longValue();
        return number >= LEAST_MILLIS ? number : Math.max(0, number * 1000);
    }

    /** The block that a value of the hash of ranges is. */
    static Block range(Cidr range, String value) {
        JsonNode entry = read(value);
        return new Block(new Subject.Range(range), reason(entry), until(entry));
    }

    /** The texts of a sequence of {@code <length>:<bytes>}, in UTF-8; it ends where the sequence is malformed. */
    static List<String> texts(byte[] bytes) {
        List<String> texts = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int length = 0;
            while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && length < bytes.length) {
                length = 10 * length + bytes[at++] - '0';
            }
            if (at == bytes.length || bytes[at] != ':' || length > bytes.length - at - 1) {
                return texts;
            }
            texts.add(new String(bytes, at + 1, length, StandardCharsets.UTF_8));
            at += 1 + length;
        }
        return texts;
    }

    private static @Nullable JsonNode read(@Nullable Object value) {
        return value instanceof String text && text.startsWith("{") ? json(text) : null;
    }

    private static @Nullable JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }
}
