package app.rcommerce.gateway.identity;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The identifier under which a caller is counted, blocked and listed: {@code ip:203.0.113.9}, {@code key:erp} or
 * {@code user:42}; limits also count under identifiers such as {@code by:claim.plan=free}. A value is safe in a Redis
 * key: it is short, and has no character that could end it. Immutable.
 *
 * @param kind which name space the value belongs to
 * @param value the address, the API key's id, or the subject
 */
public record Identifier(Kind kind, String value) {

    /** The name spaces of identifiers. */
    public enum Kind {
        /** A client address. */
        IP,
        /** An API key's id, never the key. */
        KEY,
        /** A token's subject. */
        USER,
        /** What a client's certificate says of who it is. */
        CERT,
        /** Several parts that a limit counts by together; see {@link Combination}. */
        BY;

        private final String prefix = name().toLowerCase(Locale.ROOT);

        /** The prefix as it is written: {@code ip}, {@code key}, {@code user}, {@code cert}, {@code by}. */
        public String prefix() {
            return prefix;
        }
    }

    /** The longest value, in characters: with the longest default key template a Redis key stays under 100. */
    public static final int MAX_LENGTH = 64;

    private static final String DIGEST = "sha256:";
    private static final String NETWORK = "/64";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final Pattern ESCAPED_FORM = Pattern.compile("([A-Za-z0-9_.@+-]|%[0-9A-F]{2})+");
    private static final Pattern DIGEST_FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public Identifier {
        if (value.isEmpty() || value.length() > MAX_LENGTH + DIGEST.length()) {
            throw new IllegalArgumentException(
                    "identifier: " + value.length() + " characters (expected: 1 to " + MAX_LENGTH + ")");
        }
    }

    /** The identifier of an address as {@link Addresses} writes it. */
    public static Identifier ip(String address) {
        return new Identifier(Kind.IP, address);
    }

    /** The identifier of an API key by its id; an id with unusual characters appears as its digest. */
    public static Identifier key(String id) {
        return new Identifier(Kind.KEY, safe(id));
    }

    /** The identifier of a token's subject; a subject with unusual characters appears as its digest. */
    public static Identifier user(String subject) {
        return new Identifier(Kind.USER, safe(subject));
    }

    /**
     * The identifier of what a certificate says of its owner, such as {@code CN=erp,O=Shop}: characters that are not
     * plain are escaped with a percent sign, as in URLs, and a long text appears as its digest.
     */
    public static Identifier certificate(String identity) {
        String escaped = escaped(identity);
        return new Identifier(
                Kind.CERT, escaped.length() <= MAX_LENGTH ? escaped : DIGEST + Digests.sha256Hex(identity));
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (c < 0x80 && isPlain(c)) {
                escaped.append(c);
            } else {
                escaped.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return escaped.toString();
    }

    /** Reads what a certificate says as an operator writes it: plainly, or as it is shown. */
    private static Identifier certificateAsWritten(String text) {
        boolean shown = DIGEST_FORM.matcher(text).matches()
                || (text.length() <= MAX_LENGTH && ESCAPED_FORM.matcher(text).matches());
        return shown ? new Identifier(Kind.CERT, text) : certificate(text);
    }

    /**
     * Reads {@code ip:…}, {@code key:…}, {@code user:…} or {@code cert:…}, which can be blocked, as an operator writes
     * it. Addresses are put into their canonical form. Ranges are not identifiers, but for the /64 networks that IPv6
     * callers are counted under.
     *
     * @return null where the text is none of these
     */
    public static @Nullable Identifier parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1) {
            return null;
        }
        String rest = text.substring(colon + 1);
        return switch (text.substring(0, colon)) {
            case "ip" -> {
                String address = rest.endsWith(NETWORK) ? network(rest) : Addresses.canonical(rest);
                yield address == null ? null : ip(address);
            }
            case "key" -> named(Kind.KEY, rest);
            case "user" -> named(Kind.USER, rest);
            case "cert" -> certificateAsWritten(rest);
            default -> null;
        };
    }

    private static @Nullable String network(String text) {
        byte[] address = Addresses.parse(text.substring(0, text.length() - NETWORK.length()));
        return address == null || address.length == 4 ? null : Addresses.folded(address);
    }

    /** Whether this is a network: the /64 that IPv6 callers are counted under. */
    public boolean isNetwork() {
        return kind == Kind.IP && value.endsWith(NETWORK);
    }

    /** Reads what {@link #parse} does, and {@code by:…} too: everything that limits count. */
    public static @Nullable Identifier parseCounted(String text) {
        if (!text.startsWith("by:")) {
            return parse(text);
        }
        String rest = text.substring(3);
        return DIGEST_FORM.matcher(rest).matches() ? new Identifier(Kind.BY, rest) : Combination.parse(rest);
    }

    /** The identifier of several parts as {@link Combination} writes them. */
    static Identifier combined(String parts) {
        return new Identifier(Kind.BY, parts.length() <= MAX_LENGTH ? parts : DIGEST + Digests.sha256Hex(parts));
    }

    /**
     * The value's safe form: the value itself where it is short and plain, else its digest. It has at most
     * {@link #MAX_LENGTH} characters plus the digest's prefix, and none with a meaning in keys. A digest cannot be
     * confused with a plain value, since plain values have no colon.
     */
    private static String safe(String value) {
        return isPlain(value) ? value : DIGEST + Digests.sha256Hex(value);
    }

    /** The identifier of a value as an operator writes it, which may be the digest form that a list shows. */
    private static Identifier named(Kind kind, String value) {
        return new Identifier(kind, DIGEST_FORM.matcher(value).matches() ? value : safe(value));
    }

    static boolean isPlain(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isPlain(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '@'
                || c == '+';
    }

    // By hand, since the JVM hardly inlines what it makes for records, and each request compares several.

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || (other instanceof Identifier same && kind == same.kind && value.equals(same.value));
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + value.hashCode();
    }

    @Override
    public String toString() {
        return kind.prefix() + ":" + value;
    }
}
