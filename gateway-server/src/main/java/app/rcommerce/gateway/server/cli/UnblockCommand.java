package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code gateway unblock}: removes an entry from the shared block list. For one thread. */
@Command(name = "unblock", description = "End a block.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class UnblockCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(
            paramLabel = "SUBJECT",
            description = "As it was blocked: ip:203.0.113.9, ip:203.0.113.0/24, key:erp or user:42")
    private String subject;

    @Override
    public Integer call() {
        return admin.ask(
                client -> client.delete("blocks?subject=" + AdminClient.encoded(subject)),
                answer -> "%s %s%n"
                        .formatted(
                                answer.path("subject").asString(),
                                answer.path("removed").asBoolean() ? "is blocked no longer" : "was not blocked"));
    }
}
