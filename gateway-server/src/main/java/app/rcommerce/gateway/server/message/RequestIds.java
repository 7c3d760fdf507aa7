package app.rcommerce.gateway.server.message;

import app.rcommerce.gateway.block.CidrSet;
import app.rcommerce.gateway.config.ServerConfig;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The ids of requests: the one that a request came with where that is well formed and its sender is trusted to choose
 * it, else a random one. A stranger who chooses ids could give many requests the same one, or that of somebody else's
 * request, and so mislead who reads the logs. Immutable; safe for any thread.
 */
public final class RequestIds {

    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int MAX_LENGTH = 128;

    private final boolean keepsAll;
    private final CidrSet trustedProxies;

    private RequestIds(boolean keepsAll, CidrSet trustedProxies) {
        this.keepsAll = keepsAll;
        this.trustedProxies = trustedProxies;
    }

    /** The ids as the configuration of the server says. */
    public static RequestIds of(ServerConfig server) {
        return new RequestIds(server.requestIds() == ServerConfig.KeptIds.ALL, new CidrSet(server.trustedProxies()));
    }

    /**
     * The id for a request.
     *
     * @param presented the id that the request came with, or null
     * @param peer the address of the sender: 4 or 16 bytes
     */
    public String of(@Nullable String presented, byte[] peer) {
        return presented != null && (keepsAll || trustedProxies.contains(peer)) && isSane(presented)
                ? presented
                : random();
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
