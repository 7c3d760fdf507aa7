package app.rcommerce.gateway.token;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.token.Verification.Verified;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Remembers tokens whose signature was good, by the SHA-256 of the whole token, so that one that comes again costs a
 * digest and no cryptography. What is remembered is believed until the token expires and only while the very same keys
 * are in force; whether it is revoked is asked each time by others. Tokens that are refused are not remembered. Bounded;
 * safe for any thread.
 */
public final class VerifiedTokens {

    private static final int MOST_TOKENS = 10_000;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The 256 bits of a digest. */
    private record Digest(long a, long b, long c, long d) {
        static Digest of(String compact) {
            byte[] bytes = Digests.sha256(compact);
            return new Digest(
                    (long) LONGS.get(bytes, 0),
                    (long) LONGS.get(bytes, 8),
                    (long) LONGS.get(bytes, 16),
                    (long) LONGS.get(bytes, 24));
        }

        /** Any part of a digest is a good hash. */
        @Override
        public int hashCode() {
            return (int) a;
        }
    }

    private record Remembered(Verified verified, KeySet keys) {}

    private final JwtVerifier verifier;
    private final Cache<Digest, Remembered> tokens = Caffeine.newBuilder()
            .maximumSize(MOST_TOKENS)
            .executor(Runnable::run)
            .build();

    /** Remembers what the verifier finds good. */
    public VerifiedTokens(JwtVerifier verifier) {
        this.verifier = verifier;
    }

    /** As {@link JwtVerifier#verify}. */
    public Verification verify(String compact, KeySet keys, long nowMillis) {
        if (compact.length() > JwtVerifier.MAX_LENGTH) {
            return verifier.verify(compact, keys, nowMillis);
        }
        Digest digest = Digest.of(compact);
        Remembered remembered = tokens.getIfPresent(digest);
        if (remembered != null) {
            if (remembered.keys() == keys && nowMillis < remembered.verified().caller().expiresAtMillis()) {
                return remembered.verified();
            }
            tokens.invalidate(digest);
        }
        Verification verification = verifier.verify(compact, keys, nowMillis);
        if (verification instanceof Verified verified) {
            tokens.put(digest, new Remembered(verified, keys));
        }
        return verification;
    }
}
