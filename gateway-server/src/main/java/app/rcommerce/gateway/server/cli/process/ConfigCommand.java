package app.rcommerce.gateway.server.cli.process;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.effective.ConfigDiff;
import app.rcommerce.gateway.config.effective.ConfigDiff.Difference;
import app.rcommerce.gateway.config.effective.EffectiveConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.CommandFailed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The command {@code gateway config}: prints the configuration in force without its secrets, or what differs between it
 * and a file. The file is read here; of its secrets the gateway is sent only what they become under a salt. For one
 * thread.
 */
@Command(
        name = "config",
        description = {
            "Show the configuration in force as TOML, without its secrets.",
            "With --diff, the exit code is 0 where nothing differs, 1 where something does, and 2 where that cannot be"
                    + " told."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class ConfigCommand implements Callable<Integer> {

    private static final int SAME = 0;
    private static final int DIFFERENT = 1;
    private static final int UNKNOWN = 2;
    private static final int SALT_BYTES = 32;

    @Spec
    private CommandSpec command;

    @Mixin
    private AdminOptions admin;

    @Option(
            names = "--diff",
            paramLabel = "FILE",
            description = "Show what differs between what runs and this configuration, read and checked here.")
    private @Nullable Path file;

    /** The command before its options are read. */
    public ConfigCommand() {}

    @Override
    public Integer call() {
        return file == null ? admin.ask(client -> client.get("config"), ConfigCommand::text) : compared(file);
    }

    private static String text(JsonNode config) {
        StringBuilder text = new StringBuilder();
        text.append("# in force since ").append(config.path("loaded_at").asString());
        text.append(", hash ").append(config.path("hash").asString()).append('\n');
        config.path("files")
                .forEach(name -> text.append("# file ").append(name.asString()).append('\n'));
        config.path("pending_restart")
                .forEach(key -> text.append("# pending restart: ")
                        .append(key.asString())
                        .append('\n'));
        return text.append('\n').append(config.path("toml").asString()).toString();
    }

    private int compared(Path path) {
        return switch (ConfigReader.read(path, name -> System.getenv(name))) {
            case ConfigReader.Result.Loaded loaded -> compared(EffectiveConfig.of(loaded.config()));
            case ConfigReader.Result.Rejected rejected -> {
                PrintWriter err = command.commandLine().getErr();
                rejected.problems().stream().map(ConfigProblem::toString).forEach(err::println);
                err.flush();
                yield UNKNOWN;
            }
        };
    }

    private int compared(EffectiveConfig theirs) {
        List<Difference> differences = new ArrayList<>();
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        try {
            JsonNode runs = admin.asked(client -> client.get("config")).path("settings");
            Map<String, String> settings = new LinkedHashMap<>();
            runs.forEachEntry((key, value) -> settings.put(key, value.asString()));
            ObjectNode content =
                    AdminClient.content().put("salt", HexFormat.of().formatHex(salt));
            ObjectNode secrets = content.putObject("secrets");
            theirs.fingerprints(salt).forEach(secrets::put);
            List<String> others = admin.asked(client -> client.post("config/compare", content))
                    .path("other_secrets")
                    .valueStream()
                    .map(JsonNode::asString)
                    .toList();
            differences.addAll(ConfigDiff.of(settings, theirs.settings(), others));
        } catch (CommandFailed e) {
            PrintWriter err = command.commandLine().getErr();
            err.println("config: " + e.getMessage());
            err.flush();
            return UNKNOWN;
        }
        ObjectNode answer = AdminClient.content();
        ArrayNode list = answer.putArray("differences");
        differences.forEach(one ->
                list.addObject().put("key", one.key()).put("runs", one.runs()).put("file", one.file()));
        admin.print(
                answer,
                json -> String.join(
                        "", differences.stream().map(one -> one + "\n").toList()));
        return differences.isEmpty() ? SAME : DIFFERENT;
    }
}
