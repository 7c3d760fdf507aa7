package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.listen.ListeningSocket;
import app.rcommerce.gateway.server.gateway.Gateway;
import app.rcommerce.gateway.server.log.Logs;
import app.rcommerce.gateway.time.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a gateway until the process receives a signal that ends it, and reloads the configuration on SIGHUP. For the
 * main thread.
 */
final class Serving {

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    private static final int DONE = 0;
    private static final int FAILED = 1;

    private Serving() {}

    /**
     * Serves until the process is told to stop.
     *
     * @param err where problems are told
     * @return the exit code
     */
    static int run(GatewayConfig config, PrintWriter err) throws InterruptedException {
        // Registered before anything listens, so that no request that was taken is dropped by an early signal.
        CompletableFuture<@Nullable Gateway> started = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started, config), "stop"));
        Signals.on("HUP", () -> reload(started.join()));
        // Stopping on a signal is a success: without this the JVM would exit with 143.
        Signals.on("TERM", () -> System.exit(DONE));
        try {
            started.complete(start(config));
        } catch (IOException e) {
            err.println("gateway: " + e.getMessage());
            return FAILED;
        } finally {
            started.complete(null);
        }
        // The signal ends the process, once the hook has run.
        new CountDownLatch(1).await();
        return DONE;
    }

    private static void reload(@Nullable Gateway gateway) {
        if (gateway != null) {
            gateway.reloadFiles();
        }
    }

    private static void stop(CompletableFuture<@Nullable Gateway> started, GatewayConfig config) {
        try {
            stopGateway(started, config);
        } finally {
            Logs.close();
        }
    }

    private static void stopGateway(CompletableFuture<@Nullable Gateway> started, GatewayConfig config) {
        Gateway gateway = started.completeOnTimeout(
                        null, config.server().shutdownGrace().toNanos(), TimeUnit.NANOSECONDS)
                .join();
        if (gateway == null) {
            return;
        }
        ServerConfig server = gateway.config().server();
        if (server.shutdownDelay().isPositive()) {
            LOG.info(
                    "leaving: /health/ready answers 503, requests are taken for {} more",
                    Durations.format(server.shutdownDelay()));
        } else {
            LOG.info("stopping: no request is taken any more");
        }
        LOG.info("requests under way may then end within {}", Durations.format(server.shutdownGrace()));
        gateway.stop();
        LOG.info("stopped");
    }

    /** Starts a gateway that reloads its configuration on SIGHUP and when one of its files changes. */
    private static Gateway start(GatewayConfig config) throws IOException {
        if (config.auth().jwt() != null) {
            Preload.tokens();
        }
        Gateway gateway = Gateway.start(config);
        List<ListeningSocket> sockets = config.server().sockets();
        for (int i = 0; i < sockets.size(); i++) {
            ListeningSocket socket = sockets.get(i);
            String url = Addressed.url(gateway.addresses().get(i));
            LOG.info(
                    "{} on {} by {}",
                    socket.httpsPort() == 0 ? "serving" : "redirecting to https",
                    socket.tls() ? url.replaceFirst("^http:", "https:") : url,
                    gateway.transport());
        }
        LOG.info("at most {} clients at once", gateway.mostConnections());
        LOG.info("administration and metrics on {}", Addressed.url(gateway.adminAddress()));
        gateway.watchFiles();
        return gateway;
    }
}
