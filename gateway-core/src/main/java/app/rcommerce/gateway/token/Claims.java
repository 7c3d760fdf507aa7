package app.rcommerce.gateway.token;

import app.rcommerce.gateway.identity.Caller.TokenCaller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.token.Verification.Reason;
import app.rcommerce.gateway.token.Verification.Rejected;
import app.rcommerce.gateway.token.Verification.Verified;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Checks the claims (RFC 7519 §4.1) of a token whose signature is good. Pure; any thread. */
final class Claims {

    private static final long ABSENT = -1;
    private static final long INVALID = -2;

    /**
     * The end of the year 9999, in seconds. A later time is taken for an error, and its milliseconds could overflow.
     */
    private static final long LAST_SECOND = 253_402_300_799L;

    private static final int LONGEST_SUBJECT = 512;

    private final TokenRules rules;

    Claims(TokenRules rules) {
        this.rules = rules;
    }

    Verification judge(CompactToken token, JsonNode claims, long nowMillis) {
        long expires = time(claims, "exp");
        long notBefore = time(claims, "nbf");
        long issued = time(claims, "iat");
        if (expires == ABSENT) {
            return new Rejected(Reason.NO_EXPIRY);
        }
        if (expires == INVALID || notBefore == INVALID || issued == INVALID) {
            return new Rejected(Reason.CLAIMS);
        }
        long skew = rules.clockSkew().toMillis();
        if (nowMillis >= expires + skew) {
            return new Rejected(Reason.EXPIRED);
        }
        // A token from the future would outlive "every token issued before now" of a revocation.
        if (nowMillis + skew < Math.max(notBefore, issued)) {
            return new Rejected(Reason.NOT_YET_VALID);
        }
        Reason foreign = foreign(claims);
        if (foreign != null) {
            return new Rejected(foreign);
        }
        String subject = text(claims.get("sub"));
        String tokenId = TokenId.of(token, claims);
        Scopes scopes = scopes(claims);
        if (present(claims, "sub") == null) {
            return new Rejected(Reason.NO_SUBJECT);
        }
        if (subject == null || subject.isEmpty() || subject.length() > LONGEST_SUBJECT) {
            return new Rejected(Reason.CLAIMS);
        }
        if (tokenId == null || scopes == null) {
            return new Rejected(Reason.CLAIMS);
        }
        return new Verified(new TokenCaller(
                Identifier.user(subject), scopes, tokenId, issued == ABSENT ? 0 : issued, expires, kept(claims)));
    }

    /** The values of the claims that the rules keep, as far as they are strings, numbers or booleans. */
    private Map<String, String> kept(JsonNode claims) {
        if (rules.keptClaims().isEmpty()) {
            return Map.of();
        }
        Map<String, String> kept = new HashMap<>();
        for (String name : rules.keptClaims()) {
            JsonNode claim = present(claims, name);
            if (claim != null && claim.isValueNode()) {
                kept.put(name, claim.asString());
            }
        }
        return kept;
    }

    /** The reason why the token is not meant for this gateway, or null. */
    private @Nullable Reason foreign(JsonNode claims) {
        if (rules.issuer() != null && !rules.issuer().equals(text(claims.get("iss")))) {
            return Reason.ISSUER;
        }
        if (rules.audience() != null && !contains(claims.get("aud"), rules.audience())) {
            return Reason.AUDIENCE;
        }
        JsonNode type = present(claims, "token_type");
        if (type != null && !rules.tokenTypes().isEmpty()) {
            String text = text(type);
            return text != null && rules.tokenTypes().contains(text) ? null : Reason.TYPE;
        }
        return null;
    }

    private static boolean contains(@Nullable JsonNode audience, String wanted) {
        if (audience == null || !audience.isArray()) {
            return wanted.equals(text(audience));
        }
        for (JsonNode member : audience) {
            if (wanted.equals(text(member))) {
                return true;
            }
        }
        return false;
    }

    /** The scopes of the first claim that the token has; null where that one is of the wrong form. */
    private @Nullable Scopes scopes(JsonNode claims) {
        for (String path : rules.scopeClaims()) {
            JsonNode claim = at(claims, path);
            if (claim != null) {
                return scopesOf(claim);
            }
        }
        return Scopes.NONE;
    }

    /**
     * The claim of this name or, where there is none, the one at this path of names with dots between them; null where
     * there is neither. Names of claims may hold dots themselves, such as {@code https://shop.example/roles}.
     */
    private static @Nullable JsonNode at(JsonNode claims, String path) {
        JsonNode named = present(claims, path);
        int dot = path.indexOf('.');
        if (named != null || dot < 0) {
            return named;
        }
        JsonNode within = present(claims, path.substring(0, dot));
        return within == null ? null : at(within, path.substring(dot + 1));
    }

    /** The scopes of a list of texts, or of a text with spaces between them (RFC 8693 §4.2); null for other values. */
    private static @Nullable Scopes scopesOf(JsonNode claim) {
        String text = text(claim);
        if (text != null) {
            return Scopes.of(List.of(text.split(" ", -1)).stream()
                    .filter(part -> !part.isEmpty())
                    .toList());
        }
        return claim.isArray() ? listed(claim) : null;
    }

    private static @Nullable Scopes listed(JsonNode array) {
        List<String> scopes = new ArrayList<>(array.size());
        for (JsonNode member : array) {
            String text = text(member);
            if (text == null) {
                return null;
            }
            scopes.add(text);
        }
        return Scopes.of(scopes);
    }

    /** The milliseconds of a NumericDate, whose seconds may have a fraction; or {@link #ABSENT} or {@link #INVALID}. */
    private static long time(JsonNode claims, String name) {
        JsonNode claim = present(claims, name);
        if (claim == null) {
            return ABSENT;
        }
        if (!claim.isNumber()) {
            return INVALID;
        }
        if (claim.isIntegralNumber() && claim.canConvertToLong()) {
            long seconds = claim.longValue();
            return seconds >= 0 && seconds <= LAST_SECOND ? seconds * 1000 : INVALID;
        }
        double seconds = claim.isIntegralNumber() ? -1 : claim.doubleValue();
        return seconds >= 0 && seconds <= LAST_SECOND ? (long) (seconds * 1000) : INVALID;
    }

    private static @Nullable JsonNode present(JsonNode claims, String name) {
        JsonNode claim = claims.get(name);
        return claim == null || claim.isNull() ? null : claim;
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node != null && node.isString() ? node.stringValue() : null;
    }
}
