package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Digests;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Computes the keys of stored replies (RFC 9111 §2, §4.1). Every text that goes into a digest is preceded by its
 * length, and an absent text differs from an empty one, so that no request can be crafted to have another request's
 * key. Safe for any thread.
 */
public final class CacheKeys {

    /**
     * The version of what is digested. It is raised when the texts or their order change; old entries are then no
     * longer found.
     */
    private static final String FORMAT = "3";

    /** Fields whose values are lists in which white space around commas has no meaning. */
    private static final Set<String> LISTS = Set.of("accept", "accept-encoding", "accept-language");

    private CacheKeys() {}

    /**
     * The key under which a request is looked up first. A GET and a HEAD have the same key; two routes never share one.
     *
     * @param addressed how the upstream sees itself addressed: scheme and authority first, then whatever else its reply
     *     may hold of it; compared without regard to case
     */
    public static CacheKey primary(String route, List<@Nullable String> addressed, Target target) {
        DigestInput input =
                new DigestInput().add("primary").add(FORMAT).add(route).count(addressed.size());
        for (String part : addressed) {
            input.add(part == null ? null : part.toLowerCase(Locale.ROOT));
        }
        return input.add(target.path()).add(target.query()).key();
    }

    /**
     * The key of the variant that the request selects, by the request fields that the reply varies by.
     *
     * @param salt the marker's, under which the variants are found
     */
    public static CacheKey variant(CacheKey primary, List<String> varyNames, long salt, Headers request) {
        Set<String> names = new TreeSet<>();
        for (String name : varyNames) {
            names.add(name.toLowerCase(Locale.ROOT));
        }
        DigestInput input = new DigestInput()
                .add("variant")
                .add(FORMAT)
                .add(primary.digest())
                .add(Long.toString(salt))
                .count(names.size());
        for (String name : names) {
            List<String> values = LISTS.contains(name) ? list(request, name) : request.all(name);
            input.add(name).count(values.size());
            values.forEach(input::add);
        }
        return input.key();
    }

    /** The field as one line without white space around its commas; untouched where a quoted string may hold one. */
    private static List<String> list(Headers request, String name) {
        String joined = request.joined(name);
        if (joined == null) {
            return List.of();
        }
        if (joined.indexOf('"') >= 0) {
            return request.all(name);
        }
        StringBuilder line = new StringBuilder(joined.length());
        for (String part : joined.split(",", -1)) {
            line.append(line.isEmpty() ? "" : ",").append(part.strip());
        }
        return List.of(line.toString());
    }

    /**
     * The bytes that are digested to a key, gathered text by text in an array: streams of bytes lock for each of them.
     * Measured by {@code CacheKeysBenchmark}.
     */
    private static final class DigestInput {
        private byte[] bytes = new byte[256];
        private int length;

        DigestInput count(int count) {
            ensure(4);
            for (int shift = 24; shift >= 0; shift -= 8) {
                bytes[length++] = (byte) (count >>> shift);
            }
            return this;
        }

        /**
         * Adds a text; null is written as a length of -1. Characters are written as 16 bits each, since an encoding may
         * turn two unpaired surrogates into the same bytes.
         */
        DigestInput add(@Nullable String part) {
            if (part == null) {
                return count(-1);
            }
            count(part.length());
            ensure(2 * part.length());
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                bytes[length++] = (byte) (c >>> 8);
                bytes[length++] = (byte) c;
            }
            return this;
        }

        private void ensure(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
            }
        }

        CacheKey key() {
            return new CacheKey(HexFormat.of().formatHex(Digests.sha256(bytes, length)));
        }
    }
}
