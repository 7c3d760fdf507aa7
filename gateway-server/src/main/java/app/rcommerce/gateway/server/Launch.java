package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.table.ConfigReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * The start of {@code gateway run}: reads and checks a configuration file, and serves by it until the process is told
 * to stop. For the main thread.
 */
final class Launch {

    private static final int FAILED = 1;

    private Launch() {}

    /**
     * Serves by this file until the process is told to stop.
     *
     * @param err where problems are told
     * @return the exit code
     */
    static int run(Path file, PrintWriter err) throws InterruptedException {
        CompletableFuture<Void> logging = Preload.always();
        // No switch over types: it is linked anew at each start.
        ConfigReader.Result read = ConfigReader.read(file, name -> System.getenv(name));
        logging.join();
        if (read instanceof ConfigReader.Result.Loaded loaded) {
            return Serving.run(loaded.config(), err);
        }
        if (read instanceof ConfigReader.Result.Rejected rejected) {
            rejected.problems().forEach(err::println);
        }
        return FAILED;
    }
}
