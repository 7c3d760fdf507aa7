package app.rcommerce.gateway.server.cli.process;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code gateway log-level}: sets the level of a running gateway's log. For one thread. */
@Command(
        name = "log-level",
        description = "Set the level of the log, or of one logger, until the next reload or restart.",
        customSynopsis = "gateway log-level [--admin=URL] [--token=TOKEN] [--json] [LOGGER] LEVEL")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class LogLevelCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(
            arity = "1..2",
            paramLabel = "[LOGGER] LEVEL",
            hideParamSyntax = true,
            description = "error, warn, info, debug or trace; before it, a logger such as"
                    + " app.rcommerce.gateway.server.redis.")
    private List<String> words;

    /** The command before its options are read. */
    public LogLevelCommand() {}

    @Override
    public Integer call() {
        if (words.size() > 2) {
            throw admin.usage("log-level: " + words.size() + " words (expected: [LOGGER] LEVEL)");
        }
        ObjectNode content = AdminClient.content().put("level", words.getLast());
        if (words.size() == 2) {
            content.put("logger", words.getFirst());
        }
        return admin.ask(client -> client.post("log-level", content), LogLevelCommand::text);
    }

    private static String text(JsonNode answer) {
        String logger = answer.path("logger").asString();
        return "the log level of %s is %s until the next reload or restart%n"
                .formatted(
                        logger.isEmpty() ? "all loggers" : logger,
                        answer.path("level").asString());
    }
}
