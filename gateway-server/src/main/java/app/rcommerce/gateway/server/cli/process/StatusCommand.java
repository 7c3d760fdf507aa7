package app.rcommerce.gateway.server.cli.process;

import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/**
 * The command {@code gateway status}: prints the state of a running gateway, its store, configuration and connections.
 * For one thread.
 */
@Command(name = "status", description = "Show how a gateway is doing.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class StatusCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    /** The command before its options are read. */
    public StatusCommand() {}

    @Override
    public Integer call() {
        return admin.ask(client -> client.get("status"), StatusCommand::text);
    }

    private static String text(JsonNode status) {
        Columns lines = new Columns()
                .row("version", status.path("version").asString())
                .row("phase", status.path("phase").asString())
                .row("uptime", Columns.lasting(status.path("uptime_seconds").asLong()))
                .row("store", store(status.path("store")))
                .row("client tracking", status.at("/store/tracking").asString())
                .row("evicted keys", status.at("/store/evicted_keys").asString())
                .row("connections", connections(status.path("connections")))
                .row("routes", status.path("routes").asString())
                .row("loaded", status.at("/config/loaded_at").asString())
                .row("config hash", status.at("/config/hash").asString());
        status.at("/config/files").forEach(file -> lines.row("file", file.asString()));
        status.at("/config/problems").forEach(problem -> lines.row("refused", problem.asString()));
        status.at("/config/pending_restart").forEach(key -> lines.row("pending restart:", key.asString()));
        return lines.toString();
    }

    private static String store(JsonNode store) {
        long nodes = store.path("nodes").asLong();
        String detail = store.path("detail").asString();
        return store.path("type").asString() + ", " + store.path("state").asString()
                + (detail.isEmpty() ? "" : " (" + detail + ")") + ", " + nodes + (nodes == 1 ? " node" : " nodes");
    }

    private static String connections(JsonNode connections) {
        List<String> words = new ArrayList<>();
        words.add("clients " + connections.path("clients").asString());
        connections.path("upstreams").forEachEntry((name, open) -> words.add(name + " " + open.asString()));
        return String.join(", ", words);
    }
}
