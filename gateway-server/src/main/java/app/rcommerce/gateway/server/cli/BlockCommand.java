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

/** The command {@code gateway block}: adds an entry to the block list through the admin port. For one thread. */
@Command(name = "block", description = "Refuse an address, a range, an API key or a user on every node.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class BlockCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(paramLabel = "SUBJECT", description = "ip:203.0.113.9, ip:203.0.113.0/24, key:erp or user:42")
    private String subject;

    @Option(names = "--for", paramLabel = "DURATION", description = "How long, such as 30s, 1h or 7d (default: 1h).")
    private @Nullable String life;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; shown to operators only.")
    private @Nullable String reason;

    @Override
    public Integer call() {
        ObjectNode content = AdminClient.content().put("subject", subject);
        if (life != null) {
            content.put("for", life);
        }
        if (reason != null) {
            content.put("reason", reason);
        }
        return admin.ask(client -> client.post("blocks", content), BlockCommand::text);
    }

    private static String text(JsonNode entry) {
        JsonNode note = entry.path("note");
        return "%s is blocked for %s, until %s%n%s"
                .formatted(
                        entry.path("subject").asString(),
                        Columns.lasting(entry.path("remaining_seconds").asLong()),
                        entry.path("until").asString(),
                        note.isString() ? "Note: " + note.stringValue() + System.lineSeparator() : "");
    }
}
