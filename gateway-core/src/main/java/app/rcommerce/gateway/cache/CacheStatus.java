package app.rcommerce.gateway.cache;

import org.jspecify.annotations.Nullable;

/**
 * The value of the field {@code Cache-Status} (RFC 9211): what the cache did with a request. Immutable.
 *
 * @param forward why the request went to the upstream; null for a hit
 * @param ttlSeconds for how long the reply stays fresh, in seconds; counts for hits only
 * @param stored whether the upstream's reply is being stored
 * @param collapsed whether the request waited for another one's reply
 * @param detail more in a few words of printable ASCII, or null
 */
public record CacheStatus(
        @Nullable Forward forward,
        long ttlSeconds,
        boolean stored,
        boolean collapsed,
        @Nullable String detail) {

    /** The reason why a request went to the upstream (RFC 9211 §2.2). */
    public enum Forward {
        /** The store is not to be used for this request. */
        BYPASS("bypass"),
        /** The method is not one that is answered from the store. */
        METHOD("method"),
        /** The store could not be asked. */
        MISS("miss"),
        /** Nothing is stored under the primary key. */
        URI_MISS("uri-miss"),
        /** No stored variant fits the request's fields. */
        VARY_MISS("vary-miss"),
        /** What is stored is stale. */
        STALE("stale"),
        /** The request's own directives forbid the use of what is stored. */
        REQUEST("request");

        private final String token;

        Forward(String token) {
            this.token = token;
        }

        /** The value of the parameter {@code fwd}. */
        public String token() {
            return token;
        }
    }

    /** The name of this cache in the field. */
    public static final String NAME = "rcommerce-gateway";

    /**
     * The status of a request that is answered from the store with a reply that stays fresh for {@code freshMillis}.
     */
    public static CacheStatus hit(long freshMillis) {
        return new CacheStatus(null, Math.floorDiv(freshMillis, 1000L), false, false, null);
    }

    /** The status of a request that is sent to the upstream. */
    public static CacheStatus forwarded(Forward why) {
        return new CacheStatus(why, 0, false, false, null);
    }

    /** A copy of this status that says that the upstream's reply is stored. */
    public CacheStatus withStored() {
        return new CacheStatus(forward, ttlSeconds, true, collapsed, detail);
    }

    /** A copy of this status that says that the request is answered with another request's reply. */
    public CacheStatus withCollapsed() {
        return new CacheStatus(forward, ttlSeconds, stored, true, detail);
    }

    /** A copy of this status with this detail. */
    public CacheStatus withDetail(String text) {
        return new CacheStatus(forward, ttlSeconds, stored, collapsed, text);
    }

    /** The field's value, such as {@code rcommerce-gateway; hit; ttl=42}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(NAME);
        if (forward == null) {
            text.append("; hit; ttl=").append(ttlSeconds);
        } else {
            text.append("; fwd=").append(forward.token());
        }
        if (stored) {
            text.append("; stored");
        }
        if (collapsed) {
            text.append("; collapsed");
        }
        if (detail != null) {
            text.append("; detail=\"");
            detail.chars()
                    .filter(c -> c >= 0x20 && c < 0x7f)
                    .forEach(c -> text.append(c == '"' || c == '\\' ? "\\" : "").append((char) c));
            text.append('"');
        }
        return text.toString();
    }
}
