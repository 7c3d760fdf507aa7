package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The command {@code gateway revoke}: revokes one token, or all tokens of a user issued before a time. For one thread.
 */
@Command(name = "revoke", description = "Refuse a token, or all tokens that a user has been issued so far.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RevokeCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Mixin
    private TokenOrUser what;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "How long (default: what is left of the token's life, else as configured).")
    private @Nullable String life;

    @Option(
            names = "--before",
            paramLabel = "TIME",
            description = "With user:ID: tokens issued before this time, such as 2026-01-31T12:00:00Z (default: now).")
    private @Nullable String before;

    @Override
    public Integer call() {
        ObjectNode content = what.content();
        if (before != null) {
            content.put("issued_before", before);
        }
        if (life != null) {
            content.put("for", life);
        }
        return admin.ask(client -> client.post("revocations", content), RevokeCommand::text);
    }

    private static String text(JsonNode answer) {
        String lasting = Columns.lasting(answer.path("for_seconds").asLong());
        return answer.has("token_id")
                ? "token %s is revoked for %s%n"
                        .formatted(answer.path("token_id").asString(), lasting)
                : "tokens of %s issued before %s are revoked for %s%n"
                        .formatted(
                                answer.path("subject").asString(),
                                answer.path("issued_before").asString(),
                                lasting);
    }
}
