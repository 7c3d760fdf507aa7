package app.rcommerce.gateway.server.exchange;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The ids of requests: the client's own where it is well formed, else a random one. Safe for any thread. */
public final class RequestIds {

    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int MAX_LENGTH = 128;

    private RequestIds() {}

    /** The id for a request that came with this one, or with none. */
    static String of(@Nullable String presented) {
        return presented != null && isSane(presented) ? presented : random();
    }

    /** A random id: {@code req_} and 100 random bits. */
    public static String random() {
        char[] text = new char[24];
        "req_".getChars(0, 4, text, 0);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long bits = random.nextLong();
        for (int i = 4; i < 24; i++) {
            if (i == 14) {
                bits = random.nextLong();
            }
            text[i] = DIGITS[(int) (bits & 31)];
            bits >>>= 5;
        }
        return new String(text);
    }

    private static boolean isSane(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean sane = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!sane) {
                return false;
            }
        }
        return true;
    }
}
