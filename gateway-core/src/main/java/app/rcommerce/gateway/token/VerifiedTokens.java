package app.rcommerce.gateway.token;

import app.rcommerce.gateway.bounded.BoundedCache;
import app.rcommerce.gateway.identity.Digest;
import app.rcommerce.gateway.token.Verification.Rejected;
import app.rcommerce.gateway.token.Verification.UnknownKey;
import app.rcommerce.gateway.token.Verification.Verified;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A cache of tokens whose signature was good, by the SHA-256 of the whole token, so that a token that comes again costs
 * a digest and no signature check. It holds good tokens, and also those that have expired or are meant for another
 * audience. A result is used only while the same key set is in force, and that of a good token until it expires;
 * whether a token is revoked is checked elsewhere each time. Tokens with a bad signature are not remembered, since an
 * attacker can make any number of them. Bounded; safe for any thread.
 *
 * <p>Measured by {@code PolicyRunBenchmark}, whose token is remembered, against {@code TokenBenchmark}, which verifies.
 */
public final class VerifiedTokens {

    private static final int MOST_TOKENS = 10_000;

    private static final class Remembered extends BoundedCache.Entry<Digest> {
        private final Verification verification;
        private final KeySet keys;

        Remembered(Digest digest, Verification verification, KeySet keys) {
            super(digest);
            this.verification = verification;
            this.keys = keys;
        }
    }

    private final JwtVerifier verifier;
    private final BoundedCache<Digest, Remembered> tokens = new BoundedCache<>(MOST_TOKENS);

    /** A cache in front of this verifier. */
    public VerifiedTokens(JwtVerifier verifier) {
        this.verifier = verifier;
    }

    /** The remembered result for a token; null where it must be verified. */
    public @Nullable Verification find(String compact, KeySet keys, long nowMillis) {
        if (compact.length() > JwtVerifier.MAX_LENGTH) {
            return null;
        }
        Digest digest = Digest.of(compact);
        Remembered remembered = tokens.find(digest, TimeUnit.MILLISECONDS.toNanos(nowMillis));
        if (remembered == null) {
            return null;
        }
        boolean holds = remembered.keys == keys
                && (!(remembered.verification instanceof Verified verified)
                        || nowMillis < verified.caller().expiresAtMillis());
        if (!holds) {
            tokens.remove(digest);
            return null;
        }
        return remembered.verification;
    }

    /** Verifies a token as {@link JwtVerifier#verify} does, and remembers the result where its signature was good. */
    public Verification verify(String compact, KeySet keys, long nowMillis) {
        Verification verification = verifier.verify(compact, keys, nowMillis);
        if (isWorthRemembering(verification)) {
            tokens.put(new Remembered(Digest.of(compact), verification, keys));
        }
        return verification;
    }

    /** Whether the result says that the signature is good, and stays the same. */
    private static boolean isWorthRemembering(Verification verification) {
        return switch (verification) {
            case Verified ignored -> true;
            case Rejected rejected ->
                switch (rejected.reason()) {
                    case EXPIRED, ISSUER, AUDIENCE, NO_EXPIRY, NO_SUBJECT, CLAIMS -> true;
                    case MALFORMED, TOO_LONG, ALGORITHM, SIGNATURE, NOT_YET_VALID, TYPE -> false;
                };
            case UnknownKey ignored -> false;
        };
    }
}
