package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** The command {@code gateway blocks}: prints the block list that the admin port returns. For one thread. */
@Command(name = "blocks", description = "List who is blocked.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class BlocksCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Override
    public Integer call() {
        return admin.ask(client -> client.get("blocks"), BlocksCommand::text);
    }

    private static String text(JsonNode answer) {
        JsonNode blocks = answer.path("blocks");
        if (blocks.isEmpty()) {
            return "Nobody is blocked." + System.lineSeparator();
        }
        Columns table = Columns.titled("SUBJECT", "SOURCE", "REMAINING", "REASON");
        for (JsonNode entry : blocks) {
            JsonNode remaining = entry.path("remaining_seconds");
            table.row(
                    entry.path("subject").asString(),
                    entry.path("source").asString(),
                    remaining.isNumber() ? Columns.lasting(remaining.asLong()) : "-",
                    entry.path("reason").asString());
        }
        return table + (answer.path("truncated").asBoolean() ? "There are more." + System.lineSeparator() : "");
    }
}
