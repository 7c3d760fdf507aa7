package app.rcommerce.gateway.token;

import app.rcommerce.gateway.token.Verification.Reason;
import app.rcommerce.gateway.token.Verification.Rejected;
import app.rcommerce.gateway.token.Verification.UnknownKey;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Verifies JSON Web Tokens (RFC 7519, with the practices of RFC 8725). Before a token's signature is verified, only two
 * hints of its header are used: which of the accepted algorithms, and which key by its id. A key is used only with the
 * algorithms that it is for, and keys in the header itself are ignored. No extensions are supported, so a header that
 * names a critical one is refused. Pure; safe for any thread; never throws.
 */
public final class JwtVerifier {

    /** The longest token in characters. */
    public static final int MAX_LENGTH = 8192;

    private static final int LONGEST_KID = 256;
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

    private final TokenRules rules;
    private final Claims claims;

    public JwtVerifier(TokenRules rules) {
        this.rules = rules;
        this.claims = new Claims(rules);
    }

    /** Verifies a token in compact form with these keys. */
    public Verification verify(String compact, KeySet keys, long nowMillis) {
        if (compact.length() > MAX_LENGTH) {
            return new Rejected(Reason.TOO_LONG);
        }
        CompactToken token = CompactToken.parse(compact);
        if (token == null) {
            return new Rejected(Reason.MALFORMED);
        }
        JsonNode header = token.header();
        Reason reason = headerRefusal(header);
        if (reason != null) {
            return new Rejected(reason);
        }
        String algorithm = header.get("alg").stringValue();
        String kid = header.has("kid") ? header.get("kid").stringValue() : null;
        Verification failure = signatureRefusal(token, algorithm, kid, keys);
        if (failure != null) {
            return failure;
        }
        JsonNode payload = token.claims();
        return payload == null ? new Rejected(Reason.MALFORMED) : claims.judge(token, payload, nowMillis);
    }

    private @Nullable Reason headerRefusal(JsonNode header) {
        JsonNode algorithm = header.get("alg");
        JsonNode kid = header.get("kid");
        JsonNode type = header.get("typ");
        boolean formed = algorithm != null
                && algorithm.isString()
                && (kid == null || (kid.isString() && kid.stringValue().length() <= LONGEST_KID))
                && (type == null || type.isString())
                && !header.has("crit")
                && !header.has("b64");
        if (!formed) {
            return Reason.MALFORMED;
        }
        if (!rules.algorithms().contains(algorithm.stringValue())) {
            return Reason.ALGORITHM;
        }
        // RFC 8725 §3.11: tokens made for something else name it.
        return type == null || TYPES.contains(type.stringValue().toLowerCase(Locale.ROOT)) ? null : Reason.TYPE;
    }

    private static @Nullable Verification signatureRefusal(
            CompactToken token, String algorithm, @Nullable String kid, KeySet keys) {
        List<VerificationKey> candidates = keys.candidates(algorithm, kid);
        byte[] signed = token.signingBytes();
        for (VerificationKey key : candidates) {
            if (key.verifies(algorithm, signed, token.signature())) {
                return null;
            }
        }
        if (algorithm.startsWith("HS")) {
            // A shared secret is configured, never fetched: another look would not help.
            return new Rejected(candidates.isEmpty() ? Reason.ALGORITHM : Reason.SIGNATURE);
        }
        boolean named = kid != null && candidates.stream().anyMatch(key -> kid.equals(key.kid()));
        boolean tried = kid == null && !candidates.isEmpty();
        return named || tried ? new Rejected(Reason.SIGNATURE) : new UnknownKey(kid);
    }
}
