package app.rcommerce.gateway.server.cli.client;

import java.io.PrintWriter;
import java.net.URI;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/**
 * The options of every command that asks a running gateway: the address of its admin port, the token, and the form of
 * the output. For one thread.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class AdminOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "${env:GATEWAY_ADMIN:-http://127.0.0.1:9901}",
            description = "The gateway's admin port (default: GATEWAY_ADMIN, else http://127.0.0.1:9901).")
    private String admin;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:GATEWAY_ADMIN_TOKEN}",
            description = "The admin token (default: GATEWAY_ADMIN_TOKEN).")
    private @Nullable String token;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean json;

    /**
     * Asks the gateway and prints its response, as JSON or in the form that {@code text} gives it; returns the exit
     * code.
     *
     * @throws CommandFailed where the gateway cannot be asked, or refuses
     * @throws ParameterException where the address or the token cannot be one
     */
    public int ask(Function<AdminClient, JsonNode> question, Function<JsonNode, String> text) {
        JsonNode answer = asked(question);
        print(answer, text);
        return 0;
    }

    /** Asks the gateway and returns its answer; throws as {@link #ask} does. */
    public JsonNode asked(Function<AdminClient, JsonNode> question) {
        try (AdminClient client = new AdminClient(url(), token())) {
            return question.apply(client);
        }
    }

    /** Prints an answer, as JSON or in the form that {@code text} gives it. */
    public void print(JsonNode answer, Function<JsonNode, String> text) {
        PrintWriter out = command.commandLine().getOut();
        out.print(json ? answer.toString() + System.lineSeparator() : text.apply(answer));
        out.flush();
    }

    /** The exception for a command that is called wrongly. */
    public ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private @Nullable String token() {
        if (token == null || token.isBlank()) {
            return null;
        }
        String stripped = token.strip();
        if (!stripped.matches("[\\x21-\\x7e]+")) {
            throw usage("--token: " + stripped.length() + " characters (expected: printable ASCII without spaces)");
        }
        return stripped;
    }

    private URI url() {
        String expected = " (expected: a URL such as http://127.0.0.1:9901)";
        try {
            URI url = URI.create(admin.strip());
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (http && url.getHost() != null && url.getRawUserInfo() == null && url.getRawQuery() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw usage("--admin: \"" + admin + "\"" + expected);
    }
}
