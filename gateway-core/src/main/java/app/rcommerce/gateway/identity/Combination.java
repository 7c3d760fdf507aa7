package app.rcommerce.gateway.identity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds the identifier of a key that has several parts, or a part that no caller is known by elsewhere:
 * {@code by:header.x-tenant=~…,ip=203.0.113.9}. Injective over the values of one list of parts: names are fixed by the
 * configuration, and values that hold anything but plain characters appear as their digest. For one thread.
 */
public final class Combination {

    /** What a part's name may be made of; those of the configuration are of this form. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1,64}");

    /** Bytes of SHA-256 that a value's digest keeps: nobody finds a second value for one that is given. */
    private static final int DIGEST_BYTES = 16;

    private static final Pattern DIGEST = Pattern.compile("~[A-Za-z0-9_-]{22}");
    private static final String HEADER = "header.";
    private static final String BAN = "ban";

    private final StringBuilder text = new StringBuilder(48);

    /** Adds an address as {@link Addresses} writes it, an API key's id or a subject. */
    public Combination add(Identifier part) {
        return append(part.kind().prefix(), part.value());
    }

    /** Adds a value of the path: it may be anything that a client likes to send. */
    public Combination addPath(String name, String value) {
        return append("path." + name, plainOrDigest(value));
    }

    /** Adds the value of a token's claim. */
    public Combination addClaim(String name, String value) {
        return append("claim." + name, plainOrDigest(value));
    }

    /** Adds the ban that counts: its name is the configuration's. */
    public Combination addBan(String name) {
        return append(BAN, name);
    }

    /** Adds a field's value, always as its digest: it may be a secret. A field that is missing has an empty one. */
    public Combination addHeader(String name, String value) {
        return append(HEADER + name.toLowerCase(Locale.ROOT), value.isEmpty() ? "" : digest(value));
    }

    /** The identifier: that of the digest of all parts where they are long. */
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
     * configuration, and the values plain or as they are shown; null where it is nothing of the kind.
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
            case "key", "user" -> {
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
