package app.rcommerce.gateway.token;

import app.rcommerce.gateway.identity.Caller.TokenCaller;
import org.jspecify.annotations.Nullable;

/** The result of verifying a token. Immutable. */
public sealed interface Verification {

    /** The token is good. Whether it has been revoked is not checked here. */
    record Verified(TokenCaller caller) implements Verification {}

    /** The token is refused. */
    record Rejected(Reason reason) implements Verification {}

    /**
     * None of the keys verifies the token, but keys may have been renewed. The caller looks once for newer keys, and
     * refuses the token if that does not help.
     *
     * @param kid the key id the token names, as its sender wrote it; null where it names none
     */
    record UnknownKey(@Nullable String kid) implements Verification {}

    /** Why a token is refused. */
    enum Reason {
        /**
         * The token is not three parts of strict base64url with JSON objects, or its header names an unsupported
         * critical extension.
         */
        MALFORMED("malformed"),
        /** The token is longer than {@link JwtVerifier#MAX_LENGTH}. */
        TOO_LONG("too_long"),
        /** The algorithm is not accepted, or no key may be used with it. */
        ALGORITHM("algorithm"),
        /** The signature does not fit. */
        SIGNATURE("signature"),
        /** {@code exp} has passed. */
        EXPIRED("expired"),
        /** {@code nbf} or {@code iat} lies ahead. */
        NOT_YET_VALID("not_yet"),
        /** {@code iss} is missing or another. */
        ISSUER("issuer"),
        /** {@code aud} is missing or does not contain ours. */
        AUDIENCE("audience"),
        /** {@code typ} or {@code token_type} says that the token is for something else. */
        TYPE("type"),
        /** There is no {@code exp}. */
        NO_EXPIRY("no_exp"),
        /** There is no {@code sub}. */
        NO_SUBJECT("no_sub"),
        /** A claim is of the wrong form. */
        CLAIMS("claims");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** The value in logs and metrics. */
        public String label() {
            return label;
        }
    }
}
