package app.rcommerce.gateway.identity;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a login session, which is as good as a password: it is shown nowhere, and stands for itself by its digest.
 * Immutable.
 *
 * @param value 16 to 256 characters of which none has a meaning in keys
 */
public record SessionId(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.~+/=-]{16,256}");
    private static final String DIGEST = "session:";
    private static final Pattern DIGEST_FORM = Pattern.compile("session:[0-9a-f]{64}");

    /** The id that a text is; null where no session has such a one. */
    public static @Nullable SessionId parse(String text) {
        return FORM.matcher(text).matches() ? new SessionId(text) : null;
    }

    /** Whether a text stands for an id, as {@link #digest} writes it. */
    public static boolean isDigest(String text) {
        return DIGEST_FORM.matcher(text).matches();
    }

    /** What is shown in place of the id, and what the session can be revoked under: {@code session:{SHA-256}}. */
    public String digest() {
        return DIGEST + Digests.sha256Hex(value);
    }

    @Override
    public String toString() {
        return "SessionId[" + value.length() + " characters]";
    }
}
