package app.rcommerce.gateway.server.cli.process;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The command {@code gateway reload}: makes a running gateway read its configuration again, and prints what is wrong
 * with it. For one thread.
 */
@Command(name = "reload", description = "Read the configuration anew; a bad one is refused with all its problems.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class ReloadCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    /** The command before its options are read. */
    public ReloadCommand() {}

    @Override
    public Integer call() {
        return admin.ask(
                client -> client.post("reload", AdminClient.content()),
                answer -> "the configuration is in force, routes: %d%n"
                        .formatted(answer.path("routes").asLong()));
    }
}
