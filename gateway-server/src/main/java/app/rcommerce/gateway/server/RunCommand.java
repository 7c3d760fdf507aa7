package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.ConfigReader;
import app.rcommerce.gateway.config.GatewayConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gateway run}: serves until it is told to stop. */
@Command(
        name = "run",
        description = "Runs the gateway. SIGTERM stops it once the requests under way have ended; SIGHUP, or a change of"
                + " a file, reloads the configuration.")
public final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration file.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    /** Made by picocli. */
    public RunCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        return switch (ConfigReader.read(file, name -> System.getenv(name))) {
            case ConfigReader.Result.Rejected rejected -> {
                rejected.problems().forEach(err::println);
                yield CommandLine.ExitCode.SOFTWARE;
            }
            case ConfigReader.Result.Loaded loaded -> serve(loaded.config(), err);
        };
    }

    private int serve(GatewayConfig config, PrintWriter err) throws InterruptedException {
        Gateway gateway;
        try {
            gateway = Gateway.start(config);
        } catch (IOException e) {
            err.println("gateway: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
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
        return CommandLine.ExitCode.OK;
    }
}
