package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.check.ConfigCheck;
import app.rcommerce.gateway.check.ConfigWarning;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.RouteTable;
import app.rcommerce.gateway.config.table.ConfigReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code gateway check}: checks a configuration file without starting a gateway, and prints every problem,
 * or the routes and warnings about what can hardly be meant. For one thread.
 */
@Command(
        name = "check",
        description =
                "Check a configuration: print every problem, or the routes, and warn of what can hardly be meant.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CheckCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int DONE = 0;
    private static final int REFUSED = 1;

    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "The configuration, such as config/gateway.toml")
    private Path file;

    @Option(names = "--strict", description = "Fail on warnings, too: exit with 1.")
    private boolean strict;

    @Option(names = "--offline", description = "Do not look up the hosts that the configuration names.")
    private boolean offline;

    @Override
    public Integer call() {
        return switch (ConfigReader.read(file, name -> System.getenv(name))) {
            case ConfigReader.Result.Loaded loaded -> {
                PrintWriter out = command.commandLine().getOut();
                out.print(RouteTable.of(loaded.config()));
                out.flush();
                yield warn(loaded.config()) && strict ? REFUSED : DONE;
            }
            case ConfigReader.Result.Rejected rejected -> {
                PrintWriter err = command.commandLine().getErr();
                rejected.problems().forEach(err::println);
                err.flush();
                yield REFUSED;
            }
        };
    }

    /** Prints all warnings; whether there are any. */
    private boolean warn(GatewayConfig config) {
        PrintWriter err = command.commandLine().getErr();
        // The launcher gives this command the heap of a gateway.
        long heap = Runtime.getRuntime().maxMemory();
        ConfigCheck check = ConfigCheck.of(config, name -> System.getenv(name), Instant.now(), heap);
        List<ConfigWarning> unknown = offline ? List.of() : HostLookup.unknown(check.hosts(), PATIENCE);
        check.warnings().forEach(err::println);
        unknown.forEach(err::println);
        err.flush();
        return !check.warnings().isEmpty() || !unknown.isEmpty();
    }
}
