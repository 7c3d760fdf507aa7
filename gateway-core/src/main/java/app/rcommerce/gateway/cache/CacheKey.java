package app.rcommerce.gateway.cache;

/**
 * The name of a stored reply: a digest, so that it is short, injective for all practical purposes and safe in a Redis
 * key whatever the request holds. Immutable.
 *
 * @param digest 64 lower-case hexadecimal digits
 */
public record CacheKey(String digest) {

    public CacheKey {
        if (digest.length() != 64) {
            throw new IllegalArgumentException("cache key: " + digest.length() + " characters (expected: 64)");
        }
    }

    @Override
    public String toString() {
        return digest;
    }
}
