package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.config.RouteTable;
import app.rcommerce.gateway.config.table.ConfigReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code gateway check}: checks a configuration file without starting a gateway, and prints every problem.
 * For one thread.
 */
@Command(name = "check", description = "Check a configuration: print every problem, or the routes.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "The configuration, such as config/gateway.toml")
    private Path file;

    @Override
    public Integer call() {
        return switch (ConfigReader.read(file, name -> System.getenv(name))) {
            case ConfigReader.Result.Loaded loaded -> {
                PrintWriter out = command.commandLine().getOut();
                out.print(RouteTable.of(loaded.config()));
                out.flush();
                yield 0;
            }
            case ConfigReader.Result.Rejected rejected -> {
                PrintWriter err = command.commandLine().getErr();
                rejected.problems().forEach(err::println);
                err.flush();
                yield 1;
            }
        };
    }
}
