package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.about.Version;
import app.rcommerce.gateway.server.cli.client.CommandFailed;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code gateway} with its subcommands. Exit codes: 0, 1 for what was refused or failed, 2 for a mistake in
 * the call. For one thread.
 */
@Command(
        name = "gateway",
        description = "An API gateway with exact shared rate limits.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = GatewayCommand.Versions.class,
        sortOptions = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:done", " 1:refused or failed", " 2:called in a wrong way"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class GatewayCommand implements Callable<Integer> {

    /** The text that {@code --version} prints. */
    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"gateway " + Version.text()};
        }
    }

    @Spec
    private CommandSpec command;

    private GatewayCommand() {}

    /**
     * The command line, ready to be executed.
     *
     * @param servers subcommands that start a gateway, such as {@code run} and {@code demo}: annotated objects, listed
     *     first; a {@link CommandFailed} that they throw is printed as one sentence
     */
    public static CommandLine line(List<Object> servers) {
        CommandLine line = new CommandLine(new GatewayCommand());
        servers.forEach(line::addSubcommand);
        List.of(
                        new CheckCommand(),
                        new StatusCommand(),
                        new BlockCommand(),
                        new UnblockCommand(),
                        new BlocksCommand(),
                        new RevokeCommand(),
                        new RestoreCommand(),
                        new LimitsCommand(),
                        new ResetCommand(),
                        new PurgeCommand(),
                        new ReloadCommand())
                .forEach(line::addSubcommand);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            PrintWriter err = failed.getErr();
            if (failure instanceof CommandFailed) {
                err.println(failed.getCommandName() + ": " + failure.getMessage());
            } else {
                err.println(failed.getCommandName() + ": a defect of the gateway");
                failure.printStackTrace(err);
            }
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    /** Fails with a usage error, since the command does nothing without a subcommand. */
    @Override
    public Integer call() {
        throw new ParameterException(command.commandLine(), "command: missing (expected: one of those below)");
    }
}
