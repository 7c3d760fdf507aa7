package app.rcommerce.gateway.server;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** Where the program begins. */
public final class Main {

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        if (isPlainRun(args)) {
            System.exit(serve(args[2]));
        }
        System.exit(Commands.execute(args));
    }

    /** The usual way to start a server does without {@link Commands}, whose model takes a third of a start. */
    private static boolean isPlainRun(String[] args) {
        return args.length == 3
                && args[0].equals("run")
                && (args[1].equals("--config") || args[1].equals("-c"))
                && !args[2].startsWith("-");
    }

    private static int serve(String file) {
        try {
            return Launch.run(Path.of(file), new PrintWriter(System.err, true, Charset.defaultCharset()));
        } catch (RuntimeException | InterruptedException e) {
            System.err.println("run: a defect of the gateway");
            e.printStackTrace();
            return 1;
        }
    }
}
