package app.rcommerce.gateway.server.cli.topic;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The command {@code gateway topics}: lists the topics that a node hears, or shows one. For one thread. */
@Command(name = "topics", description = "List the topics that clients of a node hear; show TOPIC tells of one.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class TopicsCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(index = "0", arity = "0..1", paramLabel = "show", description = "The word show, before a topic")
    private @Nullable String show;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TOPIC", description = "A topic of a route")
    private @Nullable String topic;

    /** The command before its options are read. */
    public TopicsCommand() {}

    @Override
    public Integer call() {
        String word = show;
        String name = topic;
        if (word == null) {
            return admin.ask(client -> client.get("topics"), TopicsCommand::list);
        }
        if (!word.equals("show") || name == null) {
            throw admin.usage("topics: \"" + word + "\" (expected: nothing, or show TOPIC)");
        }
        return admin.ask(client -> client.get("topics/" + AdminClient.encoded(name)), TopicsCommand::one);
    }

    private static String list(JsonNode answer) {
        if (answer.path("topics").isEmpty()) {
            return "No topic is heard here.%n".formatted();
        }
        Columns table = Columns.titled("TOPIC", "CLIENTS", "STATE", "POSITION");
        answer.path("topics")
                .forEach(one -> table.row(
                        one.path("topic").asString(),
                        one.path("clients").asString(),
                        one.path("state").asString(),
                        one.path("position").asString("")));
        return table.toString();
    }

    private static String one(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        line(text, "topic", answer.path("topic").asString());
        line(text, "channel", answer.path("channel").asString());
        line(
                text,
                "history",
                answer.path("history_messages").asString() + " messages, "
                        + Columns.lasting(answer.path("history_seconds").asLong()));
        line(text, "position", answer.path("position").asString(""));
        line(
                text,
                "clients here",
                answer.path("clients_here").asString() + ", "
                        + answer.path("state_here").asString());
        if (answer.path("who").isArray()) {
            line(
                    text,
                    "present",
                    answer.path("who").valueStream().map(JsonNode::asString).collect(Collectors.joining(" ")) + " and "
                            + answer.path("others").asString() + " others");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("%-14s%s%n".formatted(name, value));
    }
}
