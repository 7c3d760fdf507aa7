package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code gateway sockets}: lists, shows and closes WebSockets. For one thread. */
@Command(
        name = "sockets",
        description = "List the WebSockets of all nodes, show one, or close some.",
        subcommands = {SocketsCommand.Show.class, SocketsCommand.Close.class})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SocketsCommand implements Callable<Integer> {

    private static final String NONE = "-";

    @Mixin
    private AdminOptions admin;

    @Option(names = "--user", paramLabel = "ID", description = "Those of this user, or of key:<id>.")
    private @Nullable String user;

    @Option(names = "--address", paramLabel = "ADDRESS", description = "Those of this address.")
    private @Nullable String address;

    /** A user's id, or an identifier as it is listed. */
    private static String owner(String user) {
        boolean whole = user.startsWith("user:") || user.startsWith("key:") || user.startsWith("cert:");
        return whole ? user : "user:" + user;
    }

    @Override
    public Integer call() {
        if (user != null && address != null) {
            throw admin.usage("both --user and --address (expected: one of them, or neither)");
        }
        String query = user != null
                ? "?user=" + AdminClient.encoded(owner(user))
                : address != null ? "?address=" + AdminClient.encoded(address) : "";
        return admin.ask(client -> client.get("sockets" + query), SocketsCommand::text);
    }

    private static String text(JsonNode answer) {
        JsonNode sockets = answer.path("sockets");
        if (sockets.isEmpty()) {
            return "There are no sockets." + System.lineSeparator();
        }
        Columns table = Columns.titled("SESSION", "USER", "ADDRESS", "ROUTE", "NODE", "LAST ACTIVITY", "MESSAGES");
        for (JsonNode entry : sockets) {
            table.row(
                    entry.path("session").asString(),
                    entry.path("user").asString(NONE),
                    entry.path("address").asString(),
                    entry.path("route").asString(),
                    entry.path("node").asString(NONE),
                    entry.path("last_activity").asString(NONE),
                    Long.toString(entry.path("messages_in").asLong()
                            + entry.path("messages_out").asLong()));
        }
        return table + (answer.path("truncated").asBoolean() ? "There are more." + System.lineSeparator() : "");
    }

    /** The command {@code gateway sockets show}. */
    @Command(name = "show", description = "Show what is recorded of one WebSocket.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Show implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Parameters(paramLabel = "ID", description = "As it is listed.")
        private String id;

        @Override
        public Integer call() {
            return admin.ask(client -> client.get("sockets/" + AdminClient.encoded(id)), Show::text);
        }

        private static String text(JsonNode entry) {
            List<String> topics = new ArrayList<>();
            entry.path("subscriptions").forEach(each -> topics.add(each.asString()));
            return Columns.titled("SESSION", entry.path("session").asString())
                    .row("user", entry.path("user").asString(NONE))
                    .row("address", entry.path("address").asString())
                    .row("route", entry.path("route").asString())
                    .row("node", entry.path("node").asString("none: it waits for its client"))
                    .row("connected at", entry.path("connected_at").asString(NONE))
                    .row("last activity", entry.path("last_activity").asString(NONE))
                    .row("subscriptions", topics.isEmpty() ? NONE : String.join(", ", topics))
                    .row("bytes in", Long.toString(entry.path("bytes_in").asLong()))
                    .row("bytes out", Long.toString(entry.path("bytes_out").asLong()))
                    .row("messages in", Long.toString(entry.path("messages_in").asLong()))
                    .row(
                            "messages out",
                            Long.toString(entry.path("messages_out").asLong()))
                    .toString();
        }
    }

    /** The command {@code gateway sockets close}. */
    @Command(name = "close", description = "Close one WebSocket, or all of a user, whichever node holds them.")
    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    static final class Close implements Callable<Integer> {

        @Mixin
        private AdminOptions admin;

        @Option(names = "--user", paramLabel = "ID", description = "All sockets of this user, or of key:<id>.")
        private @Nullable String user;

        @Parameters(paramLabel = "ID", arity = "0..1", description = "As it is listed.")
        private @Nullable String id;

        @Override
        public Integer call() {
            if ((user == null) == (id == null)) {
                throw admin.usage("one of ID and --user (expected: which sockets are to be closed)");
            }
            ObjectNode content = AdminClient.content();
            if (user != null) {
                content.put("user", owner(user));
            } else {
                content.put("session", id);
            }
            return admin.ask(
                    client -> client.post("sockets/close", content),
                    answer -> "%d %s within about a second%n"
                            .formatted(
                                    answer.path("closing").asInt(),
                                    answer.path("closing").asInt() == 1 ? "socket closes" : "sockets close"));
        }
    }
}
