package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code gateway reset}: resets the counts of one identifier. For one thread. */
@Command(name = "reset", description = "Forget what the limits have counted for an identifier.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ResetCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(
            paramLabel = "IDENTIFIER",
            description =
                    "ip:203.0.113.9, key:erp or user:42; an IPv6 address stands for its /64. For keys of other parts"
                            + " by:header.x-tenant=acme, by:claim.plan=free,ip=203.0.113.9, by:path.shop=7")
    private String identifier;

    @Override
    public Integer call() {
        return admin.ask(
                client -> client.delete("limits?identifier=" + AdminClient.encoded(identifier)),
                answer -> "the limits of %s are reset%n"
                        .formatted(answer.path("identifier").asString()));
    }
}
