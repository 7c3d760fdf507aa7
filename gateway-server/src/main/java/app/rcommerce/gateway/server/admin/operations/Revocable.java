package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.token.JwtVerifier;
import app.rcommerce.gateway.token.TokenId;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A token that an operator wants to revoke or to restore. Its signature is not verified: whoever may revoke may revoke
 * any id. Immutable.
 *
 * @param tokenId what it is revoked under; no secret
 * @param expiresAtMillis when the token expires, in milliseconds since the epoch; {@link #UNKNOWN} where it does not
 *     say
 */
public record Revocable(String tokenId, long expiresAtMillis) {

    /** The expiry of a token of which only the id is known. */
    public static final long UNKNOWN = -1;

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED = "a JWT of at most " + JwtVerifier.MAX_LENGTH
            + " characters, or a token id: up to 64 of A-Z a-z 0-9 . _ ~ + / = -, or sha256: and 64 hexadecimal digits";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~+/=-]{1,64}|sha256:[0-9a-f]{64}");

    /** The end of the year 9999: later times are overflows. */
    private static final long LAST_SECOND = 253_402_300_799L;

    /** Reads a JWT or a token id; null where the text is neither. A JWT that is cut short is no id. */
    public static @Nullable Revocable parse(String text) {
        String id = TokenId.ofUnverified(text);
        if (id != null) {
            return new Revocable(id, expiry(text));
        }
        boolean likeJwt = text.startsWith("eyJ") && text.indexOf('.') > 0;
        return !likeJwt && ID.matcher(text).matches() ? new Revocable(text, UNKNOWN) : null;
    }

    /** The expiry of a token in compact form, whose payload is known to be a JSON object without duplicate names. */
    private static long expiry(String compact) {
        byte[] payload = Base64.getUrlDecoder().decode(compact.split("\\.", -1)[1]);
        JsonNode expires = JSON.readTree(payload).get("exp");
        boolean known = expires != null
                && expires.isNumber()
                && expires.doubleValue() >= 0
                && expires.doubleValue() <= LAST_SECOND;
        return known ? (long) Math.ceil(expires.doubleValue() * 1000) : UNKNOWN;
    }
}
