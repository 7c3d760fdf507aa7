package app.rcommerce.gateway.job;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ids of jobs: a UUID (RFC 9562), since the platform's own workers take nothing else. Ours are of version 7, so
 * that they sort by the time at which they were made. Stateless.
 */
public final class JobId {

    /** What an id is, in words. */
    public static final String EXPECTED = "a UUID, such as 0198c0de-1f2e-7a00-8000-000000000001";

    private static final int LENGTH = 36;

    private JobId() {}

    /** A new id. */
    public static String next(long millis) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = millis << 16 | 0x7000 | random.nextInt(0x1000);
        long low = random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /** Whether the text is a UUID in its usual form. */
    public static boolean isId(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (dash ? c != '-' : !hex) {
                return false;
            }
        }
        return true;
    }
}
