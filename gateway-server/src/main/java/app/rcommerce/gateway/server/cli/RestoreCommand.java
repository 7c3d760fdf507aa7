package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** The command {@code gateway restore}: ends the revocation of a token or of a user's tokens. For one thread. */
@Command(name = "restore", description = "End a revocation.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RestoreCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Mixin
    private TokenOrUser what;

    @Override
    public Integer call() {
        return admin.ask(client -> client.delete("revocations", what.content()), RestoreCommand::text);
    }

    private static String text(JsonNode answer) {
        String name = answer.has("token_id")
                ? "token " + answer.path("token_id").asString()
                : "tokens of " + answer.path("subject").asString();
        return "%s: %s%n".formatted(name, answer.path("restored").asBoolean() ? "restored" : "nothing was revoked");
    }
}
