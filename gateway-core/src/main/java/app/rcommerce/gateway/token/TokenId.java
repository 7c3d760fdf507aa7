package app.rcommerce.gateway.token;

import app.rcommerce.gateway.identity.Digests;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The id under which a token is revoked: its {@code jti} where that is short and plain, {@code sha256:} and the digest
 * of the {@code jti} where it is not, and for a token without one {@code sha256:} and the digest of its signing input
 * (header and payload as they stand, with the dot between them). The signature is left out, since anyone can make a
 * second valid signature from an ECDSA signature, and a token with that one must still count as revoked. Since the
 * parts are read strictly, the text of the signing input is unique. Pure; safe for any thread.
 */
public final class TokenId {

    private static final int LONGEST_PLAIN = 64;
    private static final String DIGEST = "sha256:";

    private TokenId() {}

    /**
     * The id of a token that is not verified, for an operator who revokes it.
     *
     * @return null where the text is not a token
     */
    public static @Nullable String ofUnverified(String compact) {
        CompactToken token = compact.length() > JwtVerifier.MAX_LENGTH ? null : CompactToken.parse(compact);
        JsonNode claims = token == null ? null : token.claims();
        return token == null || claims == null ? null : of(token, claims);
    }

    /** The id of a token with these claims; null where it has a {@code jti} that is not a string. */
    static @Nullable String of(CompactToken token, JsonNode claims) {
        JsonNode jti = claims.get("jti");
        if (jti != null && !jti.isNull()) {
            return jti.isString() ? of(jti.stringValue(), token) : null;
        }
        return DIGEST + Digests.sha256Hex(token.signingInput());
    }

    private static String of(String jti, CompactToken token) {
        if (jti.isEmpty()) {
            return DIGEST + Digests.sha256Hex(token.signingInput());
        }
        return isPlain(jti) ? jti : DIGEST + Digests.sha256Hex(jti);
    }

    /** Whether a {@code jti} can be an id as it is. Plain ids have no colon, so that none can look like a digest. */
    private static boolean isPlain(String jti) {
        for (int i = 0; i < jti.length(); i++) {
            char c = jti.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "._~+/=-".indexOf(c) < 0) {
                return false;
            }
        }
        return jti.length() <= LONGEST_PLAIN;
    }
}
