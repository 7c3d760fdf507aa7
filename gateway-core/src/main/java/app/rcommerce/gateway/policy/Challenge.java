package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Field;

/**
 * A 401 with its challenge (RFC 6750 §3): the code tells a client which remedy helps, without telling an attacker which
 * check failed beyond what the RFC names.
 */
enum Challenge {
    /** No credential where one is needed: the challenge carries no error code (RFC 6750 §3.1). */
    CREDENTIAL_MISSING("UNAUTHORIZED", "A credential is required.", ""),
    CREDENTIAL_MALFORMED("CREDENTIAL_MALFORMED", "The credential cannot be read.", "invalid_request"),
    API_KEY_UNKNOWN("API_KEY_INVALID", "The API key is not valid.", "invalid_token"),
    TOKEN_INVALID("TOKEN_INVALID", "The token is not valid.", "invalid_token"),
    TOKEN_EXPIRED("TOKEN_EXPIRED", "The token has expired.", "invalid_token"),
    TOKEN_REVOKED("TOKEN_REVOKED", "The token has been revoked.", "invalid_token");

    private final Denial denial;
    private final Field field;

    Challenge(String code, String message, String error) {
        this.denial = new Denial(401, code, message);
        this.field = new Field(
                "www-authenticate",
                error.isEmpty()
                        ? "Bearer realm=\"rcommerce\""
                        : "Bearer realm=\"rcommerce\", error=\"" + error + "\", error_description=\"" + message + "\"");
    }

    Verdict answer(Call call) {
        return new Verdict.Answer(denial.reply(call, field));
    }
}
