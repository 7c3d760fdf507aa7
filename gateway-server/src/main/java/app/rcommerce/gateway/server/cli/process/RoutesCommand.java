package app.rcommerce.gateway.server.cli.process;

import app.rcommerce.gateway.config.RouteTable;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** The command {@code gateway routes}: prints the routes that a running gateway has in force. For one thread. */
@Command(name = "routes", description = "List the routes in force, as check lists those of a file.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class RoutesCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    /** The command before its options are read. */
    public RoutesCommand() {}

    @Override
    public Integer call() {
        return admin.ask(client -> client.get("routes"), RoutesCommand::text);
    }

    private static String text(JsonNode answer) {
        return RouteTable.of(
                answer.path("routes").valueStream().map(RoutesCommand::line).toList());
    }

    private static RouteTable.Line line(JsonNode route) {
        JsonNode cache = route.path("cache");
        return new RouteTable.Line(
                route.path("name").asString(),
                texts(route.path("hosts")),
                texts(route.path("methods")),
                route.path("path").asString(),
                route.path("auth").asString(),
                texts(route.path("scopes")),
                texts(route.path("limits")),
                cache.isObject() ? Duration.ofSeconds(cache.path("ttl_seconds").asLong()) : null,
                cache.path("shared").asBoolean(false),
                route.path("handler").asString());
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }
}
