package app.rcommerce.gateway.server.listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process's limit of open files and sockets, and the number of clients that it allows. Stateless. */
final class OpenFiles {

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String NAME = "Max open files";
    /** Descriptors reserved for jars, event loops, listeners, the admin port, Redis, and what libraries open. */
    private static final int OWN = 150;

    private static final int LEAST = 16;
    private static final int MOST = 1_000_000;

    private OpenFiles() {}

    /** The limit of the process; {@link Integer#MAX_VALUE} where there is none or nobody tells. */
    static int limit() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(NAME)) {
                    String limits = line.substring(NAME.length()).strip();
                    int end = limits.indexOf(' ');
                    String soft = end < 0 ? limits : limits.substring(0, end);
                    return soft.equals("unlimited")
                            ? Integer.MAX_VALUE
                            : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux: the limit is unknown.
        }
        return Integer.MAX_VALUE;
    }

    /** The most clients for a limit of open files: each may need a connection to an upstream beside its own. */
    static int clients(int limit) {
        return Math.clamp((limit - OWN) / 2, LEAST, MOST);
    }
}
