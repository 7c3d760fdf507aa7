package app.rcommerce.gateway.socket;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The ids of sockets' records. Ours are 128 random bits, which nobody guesses; others may write shorter ones. An id is
 * no password: whoever comes back with one must also be who the record says. Safe for any thread.
 */
public final class SocketIds {

    /** What an id is, in words. */
    public static final String EXPECTED = "an id of 8 to 64 letters, digits, hyphens and underscores";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{8,64}");
    private static final int BYTES = 16;
    private static final int HOLDER_BYTES = 8;
    private static final int SHOWN = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SocketIds() {}

    /** A new id. */
    public static String next() {
        return random(BYTES);
    }

    /**
     * A new mark of one connection, by which it knows the record that it writes from one that another has taken over.
     */
    public static String nextHolder() {
        return random(HOLDER_BYTES);
    }

    private static String random(int size) {
        byte[] bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether a text can be an id; none other is looked up, so that none can leave the place of its key. */
    public static boolean isId(String text) {
        return FORM.matcher(text).matches();
    }

    /** The beginning of an id, for logs: it tells sockets apart, and is of no use to come back with. */
    public static String shown(String id) {
        return id.substring(0, Math.min(SHOWN, id.length())) + "…";
    }
}
