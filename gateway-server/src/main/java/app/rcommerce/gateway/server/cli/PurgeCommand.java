package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code gateway purge}: removes stored replies, all of them or those of some paths. For one thread. */
@Command(name = "purge", description = "Remove stored replies on every node.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class PurgeCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Paths as in a route: /api/v1/products/** or /api/v1/products/{id}")
    private @Nullable String pattern;

    @Option(names = "--all", description = "Remove every stored reply.")
    private boolean all;

    @Option(
            names = "--background",
            description = "Have it done as a job, which another node goes on with where this one dies.")
    private boolean background;

    @Override
    public Integer call() {
        if ((pattern == null) != all) {
            throw admin.usage(
                    all ? "PATTERN and --all: both (expected: one)" : "PATTERN: missing (expected: a path, or --all)");
        }
        ObjectNode content = AdminClient.content();
        if (all) {
            content.put("all", true);
        } else {
            content.put("path", pattern);
        }
        if (background) {
            content.put("background", true);
        }
        return admin.ask(
                client -> client.post("purge", content),
                answer -> background
                        ? "job %s (gateway jobs show %1$s)%n"
                                .formatted(answer.path("job_id").asString())
                        : "stored replies removed: %d%n"
                                .formatted(answer.path("purged").asLong()));
    }
}
