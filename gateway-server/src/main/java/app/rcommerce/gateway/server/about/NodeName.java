package app.rcommerce.gateway.server.about;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** The name of this node, as operators are told it. Stateless; safe for any thread. */
public final class NodeName {

    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");
    private static final int LONGEST_HOST = 64;

    private NodeName() {}

    /** The host's name and the process's number, such as {@code web-1/4711}: printable ASCII without spaces. */
    public static String text() {
        return host() + "/" + ProcessHandle.current().pid();
    }

    /** A name that no other node has, also beside others in the same process, and not after a restart either. */
    public static String unique() {
        return text() + "/" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    private static String host() {
        String name;
        try {
            name = Files.readString(HOST).strip().replaceAll("[^!-~]", "?");
        } catch (IOException e) {
            // No Linux: the number has to do.
            return "node";
        }
        return name.substring(0, Math.min(name.length(), LONGEST_HOST));
    }
}
