package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.config.read.Nearest;
import app.rcommerce.gateway.server.about.Version;
import app.rcommerce.gateway.server.cli.client.CommandFailed;
import app.rcommerce.gateway.server.cli.job.JobsCommand;
import app.rcommerce.gateway.server.cli.process.ConfigCommand;
import app.rcommerce.gateway.server.cli.process.LogLevelCommand;
import app.rcommerce.gateway.server.cli.process.ReloadCommand;
import app.rcommerce.gateway.server.cli.process.RoutesCommand;
import app.rcommerce.gateway.server.cli.process.StatusCommand;
import app.rcommerce.gateway.server.cli.process.WhyCommand;
import app.rcommerce.gateway.server.cli.topic.PublishCommand;
import app.rcommerce.gateway.server.cli.topic.TopicsCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

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

    /** What commands are called elsewhere. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("validate", "check"),
            Map.entry("test", "check"),
            Map.entry("lint", "check"),
            Map.entry("verify", "check"),
            Map.entry("start", "run"),
            Map.entry("serve", "run"),
            Map.entry("up", "run"),
            Map.entry("ban", "block"),
            Map.entry("deny", "block"),
            Map.entry("unban", "unblock"),
            Map.entry("allow", "unblock"),
            Map.entry("bans", "blocks"),
            Map.entry("list", "blocks"),
            Map.entry("health", "status"),
            Map.entry("info", "status"),
            Map.entry("usage", "limits"),
            Map.entry("quota", "limits"),
            Map.entry("settings", "config"),
            Map.entry("diff", "config"),
            Map.entry("queue", "jobs"),
            Map.entry("queues", "jobs"),
            Map.entry("job", "jobs"),
            Map.entry("flush", "purge"),
            Map.entry("invalidate", "purge"));

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
                        new SessionsCommand(),
                        new SocketsCommand(),
                        new LimitsCommand(),
                        new ResetCommand(),
                        new WhyCommand(),
                        new PurgeCommand(),
                        new TopicsCommand(),
                        new PublishCommand(),
                        new JobsCommand(),
                        new ReloadCommand(),
                        new RoutesCommand(),
                        new ConfigCommand(),
                        new LogLevelCommand())
                .forEach(line::addSubcommand);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            PrintWriter err = failed.getErr();
            String called = failed.getCommandSpec().qualifiedName().replaceFirst("^gateway ", "");
            if (failure instanceof CommandFailed) {
                err.println(called + ": " + failure.getMessage());
            } else {
                err.println(called + ": a defect of the gateway");
                failure.printStackTrace(err);
            }
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        });
        IParameterExceptionHandler usual = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler((mistake, arguments) -> {
            String unknown = unknownCommand(line, mistake);
            if (unknown == null) {
                return usual.handleParseException(mistake, arguments);
            }
            line.getErr().println(unknown);
            line.getErr().flush();
            return CommandLine.ExitCode.USAGE;
        });
        return line;
    }

    /** What is to be said of a command that does not exist; null where the mistake is another one. */
    private static @Nullable String unknownCommand(CommandLine line, ParameterException mistake) {
        if (!(mistake instanceof UnmatchedArgumentException unmatched)
                || mistake.getCommandLine().getParent() != null
                || unmatched.getUnmatched().getFirst().startsWith("-")) {
            return null;
        }
        String typed = unmatched.getUnmatched().getFirst();
        Set<String> commands = line.getSubcommands().keySet();
        String meant = SYNONYMS.get(typed);
        String expected = meant == null
                ? Nearest.expected(typed, commands)
                : "one of " + String.join(", ", commands) + "; did you mean \"" + meant + "\"?";
        return "gateway: unknown command " + Written.quoted(typed) + " (expected: " + expected + ")";
    }

    /** Fails with a usage error, since the command does nothing without a subcommand. */
    @Override
    public Integer call() {
        throw new ParameterException(command.commandLine(), "command: missing (expected: one of those below)");
    }
}
