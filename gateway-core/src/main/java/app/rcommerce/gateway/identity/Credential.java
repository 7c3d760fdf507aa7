package app.rcommerce.gateway.identity;

import app.rcommerce.gateway.http.Headers;
import java.util.List;

/**
 * The credential that a request presents, classified by its form alone and not verified. Accepted are
 * {@code Authorization: Bearer <token or key>} (RFC 6750 §2.1), {@code Authorization: <key>} and {@code X-API-Key:
 * <key>}. Immutable; the text of a credential never appears in {@code toString}.
 */
public sealed interface Credential {

    /** The longest credential, in characters. */
    int MAX_LENGTH = 8192;

    /** The scheme of tokens and keys in {@code Authorization}. */
    String BEARER = "Bearer";

    /** The longest API key, in characters. */
    int MAX_KEY_LENGTH = 512;

    /** What a request presents that presents nothing. */
    Credential NONE = new None();

    /** The request presents no credential. */
    record None() implements Credential {}

    /** A JSON Web Token in compact form: three parts. */
    record Token(String compact) implements Credential {
        @Override
        public String toString() {
            return "Token[" + compact.length() + " characters]";
        }
    }

    /** An API key, {@code prefix.secret}. */
    record ApiKey(String presented) implements Credential {
        @Override
        public String toString() {
            return "ApiKey[" + presented.length() + " characters]";
        }
    }

    /**
     * The id of a login session, where nothing else is presented.
     *
     * @param id what {@code toString} does not show
     * @param carrier where it was found
     */
    record Session(SessionId id, SessionCarrier carrier) implements Credential {}

    /** An API key in {@code X-API-Key} beside a token in {@code Authorization}. */
    record KeyAndToken(ApiKey key, Token token) implements Credential {}

    /** A ticket that lets in once, in place of a credential that was shown before: 43 characters of base64url. */
    record Ticket(String presented) implements Credential {
        @Override
        public String toString() {
            return "Ticket[" + presented.length() + " characters]";
        }
    }

    /**
     * The request presents a text that cannot be a credential.
     *
     * @param reason in a few words, free of what was presented
     */
    record Malformed(String reason) implements Credential {}

    /** Reads the fields {@code Authorization} and {@code X-API-Key}. Never throws. */
    static Credential of(Headers headers) {
        List<String> authorization = headers.all("Authorization");
        List<String> apiKey = headers.all("X-API-Key");
        if (authorization.isEmpty() && apiKey.isEmpty()) {
            return NONE;
        }
        if (authorization.size() > 1 || apiKey.size() > 1) {
            String name = authorization.size() > 1 ? "Authorization" : "X-API-Key";
            return new Malformed(name + ": " + headers.all(name).size() + " field lines (expected: 1)");
        }
        Credential first = authorization.isEmpty() ? null : authorization(trim(authorization.getFirst()));
        Credential second = apiKey.isEmpty() ? null : key("X-API-Key", trim(apiKey.getFirst()));
        if (first == null || second == null || first instanceof Malformed) {
            return first != null ? first : second != null ? second : NONE;
        }
        if (second instanceof Malformed || first.equals(second)) {
            return second;
        }
        return first instanceof Token token && second instanceof ApiKey key
                ? new KeyAndToken(key, token)
                : new Malformed("Authorization and X-API-Key: two API keys (expected: one, or a token and a key)");
    }

    /** The token that stands alone somewhere else than in a field of its own. Never throws. */
    static Credential token(String text) {
        if (!isToken(text)) {
            return new Malformed("a text of " + text.length() + " characters (expected: a token)");
        }
        return new Token(text);
    }

    private static Credential authorization(String value) {
        int space = value.indexOf(' ');
        if (space < 0) {
            return value.equalsIgnoreCase(BEARER)
                    ? new Malformed("Authorization: Bearer without a credential (expected: a token or an API key)")
                    : key("Authorization", value);
        }
        if (space != BEARER.length() || !value.regionMatches(true, 0, BEARER, 0, space)) {
            return new Malformed("Authorization: an unsupported scheme (expected: Bearer)");
        }
        int start = space;
        while (isBlank(value, start)) {
            start++;
        }
        String presented = value.substring(start);
        // Three parts make a token; whether they hold one is for the verifier to say.
        return isToken(presented) ? new Token(presented) : key("Authorization", presented);
    }

    private static Credential key(String field, String text) {
        if (text.length() > MAX_LENGTH) {
            return new Malformed(field + ": " + text.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        if (!isToken68(text)) {
            return new Malformed(field + ": characters that no credential has (expected: token68 of RFC 9110)");
        }
        boolean parted = dots(text) == 1 && !text.startsWith(".") && !text.endsWith(".");
        if (!parted || text.length() > MAX_KEY_LENGTH) {
            return new Malformed(field + ": neither a token nor an API key (expected: <prefix>.<secret>)");
        }
        return new ApiKey(text);
    }

    private static boolean isToken(String text) {
        return text.length() <= MAX_LENGTH && dots(text) == 2 && isToken68(text);
    }

    private static int dots(String text) {
        int dots = 0;
        for (int i = text.indexOf('.'); i >= 0; i = text.indexOf('.', i + 1)) {
            dots++;
        }
        return dots;
    }

    /** The characters of a token68 as a table by their code, since a token has hundreds of characters to check. */
    final class Token68 {
        private static final boolean[] CHARACTERS = new boolean[128];

        static {
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"
                    .chars()
                    .forEach(c -> CHARACTERS[c] = true);
        }

        private Token68() {}
    }

    /** Whether the text is a token68 (RFC 9110 §11.2): no control character, comma, colon or space can be in one. */
    private static boolean isToken68(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= Token68.CHARACTERS.length || !Token68.CHARACTERS[c]) {
                return false;
            }
        }
        return end > 0;
    }

    /** The value without spaces and tabs around it. Every other character stays and is checked. */
    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value, start)) {
            start++;
        }
        while (end > start && isBlank(value, end - 1)) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(String value, int at) {
        char c = value.charAt(at);
        return c == ' ' || c == '\t';
    }
}
