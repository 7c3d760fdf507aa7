package app.rcommerce.gateway.token;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.token.Verification.Rejected;
import app.rcommerce.gateway.token.Verification.UnknownKey;
import app.rcommerce.gateway.token.Verification.Verified;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Remembers tokens whose signature was good, by the SHA-256 of the whole token, so that one that comes again costs a
 * digest and no cryptography: neither a good one, nor one that has expired or is meant for somebody else. What is
 * remembered is believed only while the very same keys are in force, a good one until it expires; whether it is revoked
 * is asked each time by others. Tokens with a bad signature are not remembered: there is no end of them. Bounded; safe
 * for any thread.
 *
 * <p>Earned by {@code PolicyRunBenchmark}, whose token is remembered, beside {@code TokenBenchmark}, which verifies.
 */
public final class VerifiedTokens {

    private static final int MOST_TOKENS = 10_000;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The 256 bits of a digest. */
    private record Digest(long a, long b, long c, long d) {
        static Digest of(String compact) {
            byte[] bytes = Digests.sha256(compact);
            return new Digest(
                    (long) LONGS.get(bytes, 0), (long) LONGS.get(bytes, 8), (long) LONGS.get(bytes, 16), (long)
                            LONGS.get(bytes, 24));
        }

        /** Any part of a digest is a good hash. */
        @Override
        public int hashCode() {
            return (int) a;
        }
    }

    private record Remembered(Verification verification, KeySet keys) {}

    private final JwtVerifier verifier;
    private final Cache<Digest, Remembered> tokens = Caffeine.newBuilder()
            .maximumSize(MOST_TOKENS)
            .executor(Runnable::run)
            .build();

    /** Remembers what the verifier finds good. */
    public VerifiedTokens(JwtVerifier verifier) {
        this.verifier = verifier;
    }

    /** What is remembered of a token; null where it must be verified. */
    public @Nullable Verification find(String compact, KeySet keys, long nowMillis) {
        if (compact.length() > JwtVerifier.MAX_LENGTH) {
            return null;
        }
        Digest digest = Digest.of(compact);
        Remembered remembered = tokens.getIfPresent(digest);
        if (remembered == null) {
            return null;
        }
        boolean holds = remembered.keys() == keys
                && (!(remembered.verification() instanceof Verified verified)
                        || nowMillis < verified.caller().expiresAtMillis());
        if (!holds) {
            tokens.invalidate(digest);
            return null;
        }
        return remembered.verification();
    }

    /** As {@link JwtVerifier#verify}; what is worth it is remembered. */
    public Verification verify(String compact, KeySet keys, long nowMillis) {
        Verification verification = verifier.verify(compact, keys, nowMillis);
        if (isWorthRemembering(verification)) {
            tokens.put(Digest.of(compact), new Remembered(verification, keys));
        }
        return verification;
    }

    /** What was found behind a good signature, and stays so. */
    private static boolean isWorthRemembering(Verification verification) {
        return switch (verification) {
            case Verified ignored -> true;
            case Rejected rejected ->
                switch (rejected.reason()) {
                    case EXPIRED, ISSUER, AUDIENCE, CLAIMS -> true;
                    case MALFORMED, TOO_LONG, ALGORITHM, SIGNATURE, NOT_YET_VALID, TYPE -> false;
                };
            case UnknownKey ignored -> false;
        };
    }
}
