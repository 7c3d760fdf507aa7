package app.rcommerce.gateway.server;

import app.rcommerce.gateway.server.memory.DirectMemory;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The entry point of the process. {@code gateway run} is started directly; every other command goes through
 * {@link Commands}. For the main thread.
 */
public final class Main {

    private static final int USAGE = 2;

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        DirectMemory.bound();
        // Where the JDK's TLS serves: no client may ask for one handshake after the other. Read once, by the first that
        // uses it.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        if (isPlainRun(args)) {
            System.exit(serve(args[2]));
        }
        System.exit(Commands.execute(args));
    }

    /**
     * Whether the arguments are {@code run} with nothing but a file: that start avoids {@link Commands}, whose
     * command-line model takes a third of the start time.
     */
    private static boolean isPlainRun(String[] args) {
        return args.length == 3
                && args[0].equals("run")
                && (args[1].equals("--config") || args[1].equals("-c"))
                && !args[2].startsWith("-");
    }

    private static int serve(String file) {
        Path path;
        try {
            path = Path.of(file);
        } catch (InvalidPathException e) {
            System.err.println("gateway: " + e.getMessage() + " (expected: the name of a file)");
            return USAGE;
        }
        try {
            return Launch.run(path, new PrintWriter(System.err, true, Charset.defaultCharset()));
        } catch (RuntimeException | InterruptedException e) {
            System.err.println("run: a defect of the gateway");
            e.printStackTrace();
            return 1;
        }
    }
}
