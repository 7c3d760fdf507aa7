package app.rcommerce.gateway.identity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A builder of the identifier of several parts that a limit counts by, or of one part that callers are not identified
 * by otherwise, such as {@code by:header.x-tenant=~…,ip=203.0.113.9}. Different values of the same list of parts have
 * different identifiers: the names are fixed by the configuration, and a value with other than plain characters appears
 * as its digest. For one thread.
 */
public final class Combination {

    /** The form of a part's name. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1,64}");

    /**
     * How many bytes of SHA-256 the digest of a value has: enough that no second value can be found for a given one.
     */
    private static final int DIGEST_BYTES = 16;

    private static final Pattern DIGEST = Pattern.compile("~[A-Za-z0-9_-]{22}");
    private static final String HEADER = "header.";
    private static final String BAN = "ban";

    private final StringBuilder text = new StringBuilder(48);

    /** Adds an address as {@link Addresses} writes it, an API key's id or a subject. */
    public Combination add(Identifier part) {
        return append(part.kind().prefix(), part.value());
    }

    /** Adds a value of the path, which may be any text. */
    public Combination addPath(String name, String value) {
        return append("path." + name, plainOrDigest(value));
    }

    /** Adds the value of a token's claim. */
    public Combination addClaim(String name, String value) {
        return append("claim." + name, plainOrDigest(value));
    }

    /** Adds the name of the ban that counts. */
    public Combination addBan(String name) {
        return append(BAN, name);
    }

    /** Adds a field's value, always as its digest, since it may be a secret. A missing field counts as an empty one. */
    public Combination addHeader(String name, String value) {
        return append(HEADER + name.toLowerCase(Locale.ROOT), value.isEmpty() ? "" : digest(value));
    }

    /** The identifier of all parts; where they are long, of their digest. */
    public Identifier identifier() {
        return Identifier.combined(text.toString());
    }

    private Combination append(String name, String value) {
        if (!text.isEmpty()) {
            text.append(',');
        }
        text.append(name).append('=').append(value);
        return this;
    }

    private static String plainOrDigest(String value) {
        return value.isEmpty() || Identifier.isPlain(value) ? value : digest(value);
    }

    private static String digest(String value) {
        byte[] first = Arrays.copyOf(Digests.sha256(value), DIGEST_BYTES);
        return "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(first);
    }

    /** The names of an identifier's parts, such as {@code header.x-tenant}; empty where it appears as a digest. */
    public static List<String> names(Identifier identifier) {
        if (identifier.kind() != Identifier.Kind.BY || identifier.value().indexOf('=') < 0) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (String part : identifier.value().split(",", -1)) {
            names.add(part.substring(0, part.indexOf('=')));
        }
        return names;
    }

    /**
     * Reads {@code header.x-tenant=acme,ip=203.0.113.9} as an operator writes it, the parts in the order of the
     * configuration, and the values plain or as they are shown; null where the text does not have this form.
     */
    static @Nullable Identifier parse(String written) {
        Combination combination = new Combination();
        for (String part : written.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1 || !NAME.matcher(part.substring(0, equals)).matches() || !combination.read(part, equals)) {
                return null;
            }
        }
        return combination.identifier();
    }

    private boolean read(String part, int equals) {
        String name = part.substring(0, equals);
        String value = part.substring(equals + 1);
        switch (name) {
            case "ip" -> {
                String address = value.endsWith("/64") ? value.substring(0, value.length() - 3) : value;
                byte[] bytes = Addresses.parse(address);
                if (bytes == null) {
                    return false;
                }
                append(name, Addresses.folded(bytes));
            }
            case "key", "user", "cert" -> {
                Identifier caller = Identifier.parse(name + ":" + value);
                if (caller == null) {
                    return false;
                }
                add(caller);
            }
            case BAN -> {
                if (!Identifier.isPlain(value)) {
                    return false;
                }
                addBan(value);
            }
            default -> {
                boolean shown = DIGEST.matcher(value).matches();
                if (shown) {
                    append(name.startsWith(HEADER) ? name.toLowerCase(Locale.ROOT) : name, value);
                } else if (name.startsWith(HEADER)) {
                    addHeader(name.substring(HEADER.length()), value);
                } else if (name.startsWith("claim.") || name.startsWith("path.")) {
                    append(name, plainOrDigest(value));
                } else {
                    return false;
                }
            }
        }
        return true;
    }
}
