package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.server.demo.DemoConfig;
import app.rcommerce.gateway.server.demo.OrderUpdates;
import app.rcommerce.gateway.server.demo.SampleShop;
import app.rcommerce.gateway.server.gateway.Gateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code gateway demo}: starts a sample shop with the gateway in front of it, and prints requests to try.
 */
@Command(
        name = "demo",
        description = "Starts a small sample commerce API and the gateway in front of it, and prints what to try.")
public final class DemoCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Where the gateway serves (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--admin-port",
            defaultValue = "9901",
            description = "Where it is administrated (default: ${DEFAULT-VALUE}).")
    private int adminPort;

    @Option(
            names = "--upstream-port",
            defaultValue = "8081",
            description = "Where the sample shop serves (default: ${DEFAULT-VALUE}).")
    private int upstreamPort;

    @Option(
            names = "--redis",
            paramLabel = "redis://HOST:PORT/DB",
            description = "Keeps the shared state in this Redis instead of in memory.")
    private @Nullable String redis;

    /** Made by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        DemoConfig demo;
        try {
            demo = DemoConfig.of(port, adminPort, upstreamPort, redis);
        } catch (IllegalArgumentException e) {
            err.println("gateway: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        SampleShop shop;
        try {
            shop = SampleShop.start(upstreamPort, new OrderUpdates(adminPort));
        } catch (IOException e) {
            err.println("gateway: cannot listen on 127.0.0.1:" + upstreamPort + ": " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        Gateway gateway;
        try {
            gateway = Gateway.start(config(demo.toml()));
        } catch (IOException e) {
            shop.close();
            err.println("gateway: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            gateway.stop();
                            shop.close();
                            stopped.countDown();
                        },
                        "stop"));
        out.println(demo.whatToTry());
        out.flush();
        stopped.await();
        return CommandLine.ExitCode.OK;
    }

    /**
     * Reads the configuration of the demonstration as {@code gateway run} reads a file, so that it is checked in the
     * same way.
     */
    static GatewayConfig config(String toml) throws IOException {
        Path file = Files.createTempFile("gateway-demo", ".toml");
        try {
            Files.writeString(file, toml);
            return switch (ConfigReader.read(file, name -> null)) {
                case ConfigReader.Result.Loaded loaded -> loaded.config();
                case ConfigReader.Result.Rejected rejected ->
                    throw new IOException("the demonstration cannot be configured like this: "
                            + rejected.problems().getFirst());
            };
        } finally {
            Files.delete(file);
        }
    }
}
