package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code gateway sessions}: lists, makes and ends login sessions. For one thread. */
@Command(
        name = "sessions",
        description = "List login sessions, or end them.",
        subcommands = {SessionsCommand.End.class, SessionsCommand.Create.class})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SessionsCommand implements Callable<Integer> {

    private static final String USER = "user:";

    @Mixin
    private AdminOptions admin;

    @Option(names = "--user", paramLabel = "ID", description = "Those of this user (default: everybody's).")
    private @Nullable String user;

    private static String subject(String user) {
        return user.startsWith(USER) ? user : USER + user;
    }

    @Override
    public Integer call() {
        String query = user == null ? "" : "?user=" + AdminClient.encoded(subject(user));
        return admin.ask(client -> client.get("sessions" + query), SessionsCommand::text);
    }

    private static String text(JsonNode answer) {
        JsonNode sessions = answer.path("sessions");
        if (sessions.isEmpty()) {
            return "There are no sessions." + System.lineSeparator();
        }
        Columns table = Columns.titled("SESSION", "USER", "SINCE", "REMAINING");
        for (JsonNode entry : sessions) {
            JsonNode remaining = entry.path("remaining_seconds");
            table.row(
                    entry.path("session").asString(),
                    entry.path("user").asString(),
                    entry.path("created_at").asString("-"),
                    remaining.isNumber() ? Columns.lasting(remaining.asLong()) : "-");
        }
        return table + (answer.path("truncated").asBoolean() ? "There are more." + System.lineSeparator() : "");
    }

    /** The command {@code gateway sessions end}. */
    @Command(name = "end", description = "End one session, or all of a user on every device.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class End implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Option(names = "--user", paramLabel = "ID", description = "All sessions of this user.")
        private @Nullable String user;

        @Parameters(
                paramLabel = "SESSION",
                arity = "0..1",
                description = "As it is listed; or its id, for which - reads it from the input.")
        private @Nullable String session;

        @Override
        public Integer call() {
            if ((user == null) == (session == null)) {
                throw admin.usage("one of SESSION and --user (expected: which sessions are to end)");
            }
            ObjectNode content = AdminClient.content();
            if (user != null) {
                content.put("user", subject(user));
            } else {
                content.put("session", TokenOrUser.textOrInput(String.valueOf(session)));
            }
            return admin.ask(
                    client -> client.post("sessions/end", content),
                    answer -> "%d %s ended%n"
                            .formatted(
                                    answer.path("ended").asInt(),
                                    answer.path("ended").asInt() == 1 ? "session" : "sessions"));
        }
    }

    /** The command {@code gateway sessions create}. */
    @Command(name = "create", description = "Sign a user in, as the platform does, and print the id of the session.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Create implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Option(names = "--user", paramLabel = "ID", required = true, description = "Who is signed in.")
        private String user;

        @Option(names = "--scopes", paramLabel = "SCOPES", description = "With spaces between them (default: none).")
        private @Nullable String scopes;

        @Option(names = "--for", paramLabel = "DURATION", description = "How long (default: [auth.session] idle).")
        private @Nullable String life;

        @Override
        public Integer call() {
            ObjectNode content = AdminClient.content().put("user", user);
            if (scopes != null) {
                content.put("scopes", scopes);
            }
            if (life != null) {
                content.put("for", life);
            }
            return admin.ask(
                    client -> client.post("sessions", content),
                    answer -> answer.path("id").asString() + System.lineSeparator());
        }
    }
}
