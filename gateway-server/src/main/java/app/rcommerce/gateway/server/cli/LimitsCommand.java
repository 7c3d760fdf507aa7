package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The command {@code gateway limits}: prints what each limit has counted for one identifier. For one thread. */
@Command(name = "limits", description = "Show what the limits have counted for an identifier.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class LimitsCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(
            paramLabel = "IDENTIFIER",
            description =
                    "ip:203.0.113.9, key:erp or user:42; an IPv6 address stands for its /64. For keys of other parts"
                            + " by:header.x-tenant=acme, by:claim.plan=free,ip=203.0.113.9, by:path.shop=7")
    private String identifier;

    @Override
    public Integer call() {
        return admin.ask(
                client -> client.get("limits?identifier=" + AdminClient.encoded(identifier)), LimitsCommand::text);
    }

    private static String text(JsonNode answer) {
        String counted = answer.path("identifier").asString();
        if (answer.path("windows").isEmpty()) {
            return "No limit counts %s.%n".formatted(counted);
        }
        Columns table = Columns.titled("LIMIT", "WINDOW", "MODE", "QUOTA", "USED", "REMAINING", "RESET");
        for (JsonNode window : answer.path("windows")) {
            table.row(
                    window.path("limit").asString(),
                    window.path("window").asString(),
                    window.path("mode").asString(),
                    window.path("quota").asString(),
                    window.path("used").asString(),
                    window.path("remaining").asString(),
                    Columns.lasting(window.path("reset_seconds").asLong()));
        }
        return counted + System.lineSeparator() + table;
    }
}
