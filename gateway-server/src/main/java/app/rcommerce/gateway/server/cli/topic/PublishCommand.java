package app.rcommerce.gateway.server.cli.topic;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.topic.message.Published;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code gateway publish}: publishes a message on a topic. For one thread. */
@Command(name = "publish", description = "Publish a message on a topic, to clients of every node.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class PublishCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(
            index = "0",
            paramLabel = "TOPIC",
            description = "A topic of a route, such as order_updates or orders:42")
    private String topic;

    @Parameters(
            index = "1",
            paramLabel = "JSON",
            description = "One JSON value, such as '{\"id\":1}'; it is sent as it is")
    private String json;

    /** The command before its options are read. */
    public PublishCommand() {}

    @Override
    public Integer call() {
        if (!Published.isJson(json)) {
            throw admin.usage("JSON: no JSON (expected: one JSON value, such as {\"id\":1} or \"a text\")");
        }
        return admin.ask(
                client -> client.postAsIs("topics/" + AdminClient.encoded(topic), json),
                answer -> "published on %s%s%n"
                        .formatted(
                                answer.path("topic").asString(),
                                answer.path("id").isString()
                                        ? ": " + answer.path("id").asString()
                                        : ""));
    }
}
