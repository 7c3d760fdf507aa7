package app.rcommerce.gateway.identity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 digest as the key of a map: what is looked up by it lies in one object, and not in an array beside it.
 * Immutable.
 */
public record Digest(long a, long b, long c, long d) {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The digest of a text's UTF-8 bytes. */
    public static Digest of(String text) {
        return new Digest(Digests.sha256(text));
    }

    /** A digest by its 32 bytes. */
    public Digest(byte[] bytes) {
        this((long) LONGS.get(bytes, 0), (long) LONGS.get(bytes, 8), (long) LONGS.get(bytes, 16), (long)
                LONGS.get(bytes, 24));
    }

    // By hand, since the JVM hardly inlines what it makes for records, and each request compares one.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest same && a == same.a && b == same.b && c == same.c && d == same.d;
    }

    /** A part of the digest, which is a good hash as it is. */
    @Override
    public int hashCode() {
        return (int) a;
    }
}
