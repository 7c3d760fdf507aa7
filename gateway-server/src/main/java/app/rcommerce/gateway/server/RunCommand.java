package app.rcommerce.gateway.server;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code gateway run}: serves by a configuration file until the process is told to stop. */
@Command(
        name = "run",
        description =
                "Runs the gateway. SIGTERM stops it once the requests under way have ended; SIGHUP, or a change of"
                        + " a file, reloads the configuration.")
public final class RunCommand implements Callable<Integer> {

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
        return Launch.run(file, spec.commandLine().getErr());
    }
}
