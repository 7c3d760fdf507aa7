package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A refusal with 401 and its challenge (RFC 6750 §3). The code tells a client what to do, but does not tell an attacker
 * which check has failed beyond what the RFC names.
 */
public record Challenge(Denial denial, Field field) {

    private static final String SCHEME = "Bearer realm=\"rcommerce\"";

    /** The challenge to whoever has presented nothing. */
    public static final Field BEARER = challenge(SCHEME);

    /** No credential is presented where one is required. The challenge has no error code (RFC 6750 §3.1). */
    static final Challenge CREDENTIAL_MISSING = of("UNAUTHORIZED", "A credential is required.", "");

    static final Challenge CREDENTIAL_MALFORMED =
            of("CREDENTIAL_MALFORMED", "The credential cannot be read.", "invalid_request");

    /** An API key is presented where only a token is accepted. */
    static final Challenge TOKEN_EXPECTED = of(
            "CREDENTIAL_NOT_ACCEPTED", "A token is required at this address, not an API key alone.", "invalid_token");

    /** A token is presented where only an API key is accepted. */
    static final Challenge API_KEY_EXPECTED = of(
            "CREDENTIAL_NOT_ACCEPTED", "An API key is required at this address, not a token alone.", "invalid_token");

    static final Challenge API_KEY_UNKNOWN = of("API_KEY_INVALID", "The API key is not valid.", "invalid_token");

    /** No session has the id that is presented: it has ended, or there never was one. */
    static final Challenge SESSION_UNKNOWN = of("SESSION_EXPIRED", "The session has ended.", "invalid_token");

    static final Challenge TICKET_UNKNOWN =
            of("TICKET_INVALID", "The ticket is not valid, or has been used.", "invalid_token");

    static final Challenge TOKEN_INVALID = of("TOKEN_INVALID", "The token is not valid.", "invalid_token");

    static final Challenge TOKEN_EXPIRED = of("TOKEN_EXPIRED", "The token has expired.", "invalid_token");

    /** The token has been revoked. */
    public static final Challenge TOKEN_REVOKED = of("TOKEN_REVOKED", "The token has been revoked.", "invalid_token");

    private static Challenge of(String code, String message, String error) {
        String challenge = SCHEME;
        if (!error.isEmpty()) {
            challenge += ", error=\"" + error + "\", error_description=\"" + message + "\"";
        }
        return new Challenge(new Denial(401, code, message), challenge(challenge));
    }

    private static Field challenge(String value) {
        return new Field("www-authenticate", value);
    }

    /** Refuses the call, for this reason where there is more to say than the code does. */
    Verdict answer(Call call, @Nullable Reason reason) {
        return new Verdict.LocalReply(denial.reply(call, reason, field));
    }
}
