package app.rcommerce.gateway.token;

import app.rcommerce.gateway.identity.Caller.TokenCaller;
import org.jspecify.annotations.Nullable;

/** What became of a token. Immutable. */
public sealed interface Verification {

    /** The token is good, as far as it can tell itself: whether it is revoked is another question. */
    record Verified(TokenCaller caller) implements Verification {}

    /** The token is refused. */
    record Rejected(Reason reason) implements Verification {}

    /**
     * No key at hand verifies the token, but keys may have been renewed: worth one look at the source of the keys, and
     * refused if that does not help.
     *
     * @param kid the key id the token names, as its sender wrote it; null where it names none
     */
    record UnknownKey(@Nullable String kid) implements Verification {}

    /** Why a token is refused. */
    enum Reason {
        /**
         * Not three parts of strict base64url holding JSON objects, or a header that asks for what is not understood.
         */
        MALFORMED,
        /** Longer than {@link JwtVerifier#MAX_LENGTH}. */
        TOO_LONG,
        /** An algorithm that is not accepted, or that no key may be used with. */
        ALGORITHM,
        /** The signature does not fit. */
        SIGNATURE,
        /** {@code exp} has passed. */
        EXPIRED,
        /** {@code nbf} or {@code iat} lies ahead. */
        NOT_YET_VALID,
        /** {@code iss} is missing or another. */
        ISSUER,
        /** {@code aud} is missing or does not contain ours. */
        AUDIENCE,
        /** {@code typ} or {@code token_type} says that the token is for something else. */
        TYPE,
        /** A claim is missing or of the wrong form. */
        CLAIMS
    }
}
