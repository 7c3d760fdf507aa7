package app.rcommerce.gateway.cache;

import org.jspecify.annotations.Nullable;

/**
 * The key of a stored reply: a digest, so that it is short, without collisions for all practical purposes, and safe in
 * a Redis key whatever the request holds. Immutable.
 *
 * @param digest 64 lower-case hexadecimal digits
 */
public record CacheKey(String digest) {

    /** How many characters a digest has. */
    public static final int LENGTH = 64;

    public CacheKey {
        if (digest.length() != LENGTH) {
            throw new IllegalArgumentException(
                    "cache key: " + digest.length() + " characters (expected: " + LENGTH + ")");
        }
    }

    @Override
    public String toString() {
        return digest;
    }

    // By hand, since the JVM hardly inlines what it makes for records, and each request compares two.

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || (other instanceof CacheKey same && digest.equals(same.digest));
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }
}
