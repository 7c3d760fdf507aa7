package app.rcommerce.gateway.cache;

import org.jspecify.annotations.Nullable;

/**
 * An entry of the reply store under a {@link CacheKey}: a reply, or the marker that replies vary. The bytes of an entry
 * begin with the path of its request, so that a purge need not read the rest. Immutable.
 */
public sealed interface StoredEntry permits StoredReply, VaryMarker {

    /** How many bytes stand before the path in an encoded entry. */
    int PATH_OFFSET = EntryCodec.PATH_OFFSET;

    /** The normalised path of the request that was answered. */
    String path();

    /** The entry as bytes, which {@link #decode} reads back. */
    default byte[] encode() {
        return EntryCodec.encode(this);
    }

    /**
     * Reads an entry. Never throws.
     *
     * @return null for everything but an intact entry of this version: older and newer ones, garbage, parts
     */
    static @Nullable StoredEntry decode(byte[] bytes) {
        return EntryCodec.decode(bytes);
    }

    /**
     * Reads the path of an entry from its first bytes; the content behind it is not checked. Never throws.
     *
     * @return null where the bytes are no beginning of an entry of this version, or too few
     */
    static @Nullable String pathOf(byte[] prefix) {
        return EntryCodec.pathOf(prefix);
    }
}
