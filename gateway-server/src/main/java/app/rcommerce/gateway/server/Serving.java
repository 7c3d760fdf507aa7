package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.ConfigReader;
import app.rcommerce.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway as a process: from its configuration to the signal that ends it. For the main thread. */
final class Serving {

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    private static final int DONE = 0;
    private static final int FAILED = 1;

    private Serving() {}

    /**
     * Serves by this file until the process is told to stop.
     *
     * @param err where problems are told
     * @return the exit code
     */
    static int run(Path file, PrintWriter err) throws InterruptedException {
        return switch (ConfigReader.read(file, name -> System.getenv(name))) {
            case ConfigReader.Result.Rejected rejected -> {
                rejected.problems().forEach(err::println);
                yield FAILED;
            }
            case ConfigReader.Result.Loaded loaded -> serve(loaded.config(), err);
        };
    }

    private static int serve(GatewayConfig config, PrintWriter err) throws InterruptedException {
        Gateway gateway;
        try {
            gateway = Gateway.start(config);
        } catch (IOException e) {
            err.println("gateway: " + e.getMessage());
            return FAILED;
        }
        gateway.watchFiles();
        Hangup.onHangup(gateway::reloadFiles);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(
                () -> {
                    LOG.info("stopping: requests under way may end within {} s", config.server().shutdownGrace().toSeconds());
                    gateway.stop();
                    LOG.info("stopped");
                    stopped.countDown();
                },
                "stop"));
        gateway.addresses()
                .forEach(address -> LOG.info("serving on {} by {}", Addressed.url(address), gateway.transport()));
        LOG.info("administration and metrics on {}", Addressed.url(gateway.adminAddress()));
        stopped.await();
        return DONE;
    }
}
