package app.rcommerce.gateway.server.cli.process;

import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.server.cli.client.AdminOptions;
import app.rcommerce.gateway.server.cli.client.Columns;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The command {@code gateway why}: explains why a request was refused, or what went wrong with it. For one thread. */
@Command(
        name = "why",
        description = "Tell why a request was refused or failed, whichever node answered it.",
        footer = {
            "",
            "Each node remembers the newest 4096 requests since its start that it refused or that failed in it, of one"
                    + " address 16 a second at most. What the upstream itself answered stands in the access log, which"
                    + " has all."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class WhyCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin;

    @Parameters(paramLabel = "REQUEST_ID", description = "The X-Request-Id of the answer, and request_id in its body.")
    private String requestId;

    @Override
    public Integer call() {
        if (!requestId.matches("[A-Za-z0-9_.-]{1,128}")) {
            throw admin.usage("REQUEST_ID: " + Written.quoted(requestId)
                    + " (expected: 1 to 128 of A-Z, a-z, 0-9, '-', '_', '.')");
        }
        return admin.ask(client -> client.get("decisions/" + requestId), WhyCommand::text);
    }

    /** What is told of a decision, as a table. */
    static String text(JsonNode decision) {
        Columns table = new Columns();
        row(table, "request", of(decision, "request_id"));
        row(table, "at", of(decision, "time") + " on node " + of(decision, "node"));
        row(table, "asked", asked(decision));
        row(table, "by", joined(" as ", of(decision, "client"), of(decision, "caller")));
        row(table, "answered", joined(" ", of(decision, "status"), of(decision, "code")));
        row(table, "because", because(decision));
        row(table, "until", of(decision, "until"));
        row(table, "failure", of(decision, "failure"));
        row(table, "upstream", upstream(decision));
        return table.toString();
    }

    private static void row(Columns table, String name, String text) {
        if (!text.isEmpty()) {
            table.row(name, text);
        }
    }

    private static String asked(JsonNode decision) {
        String request = joined(" ", of(decision, "method"), of(decision, "host") + of(decision, "path"));
        String route = of(decision, "route");
        return route.isEmpty() ? request : request + " (route " + route + ")";
    }

    private static String because(JsonNode decision) {
        if (decision.has("limit")) {
            String counted = switch (of(decision, "counted")) {
                case "leased" -> "by what the store had said before (leased)";
                case "local" -> "by this node alone (local)";
                default -> "in the shared store (shared)";
            };
            return "limit %s, window %s, of %s: %s of %s left, counted %s"
                    .formatted(
                            of(decision, "limit"),
                            of(decision, "window"),
                            of(decision, "key"),
                            of(decision, "remaining"),
                            of(decision, "quota"),
                            counted);
        }
        if (decision.has("blocked_by")) {
            String entry = switch (of(decision, "blocked_by")) {
                case "static" -> "[access] block of the configuration";
                case "range" -> "a range of the block list";
                case "ban" -> "a ban";
                default -> "an entry of the block list";
            };
            return joined(": ", entry + " (" + of(decision, "entry") + ")", of(decision, "note"));
        }
        if (decision.has("scopes")) {
            return "the credential lacks one of the scopes " + of(decision, "scopes");
        }
        if (decision.has("signature")) {
            return "the signature: " + of(decision, "signature");
        }
        return decision.has("reason") ? "the token: " + of(decision, "reason") : "";
    }

    private static String upstream(JsonNode decision) {
        if (!decision.has("server")) {
            return "";
        }
        StringBuilder text = new StringBuilder(of(decision, "server"));
        part(text, "attempt ", of(decision, "attempts"), "");
        part(text, "waited ", of(decision, "connect_ms"), " ms for a connection");
        part(text, "answered after ", of(decision, "upstream_ms"), " ms");
        return text.toString();
    }

    private static void part(StringBuilder text, String before, String value, String after) {
        if (!value.isEmpty()) {
            text.append(", ").append(before).append(value).append(after);
        }
    }

    private static String joined(String between, String one, String other) {
        return other.isEmpty() ? one : one + between + other;
    }

    private static String of(JsonNode decision, String member) {
        JsonNode value = decision.path(member);
        return value.isMissingNode() || value.isNull() ? "" : value.asString();
    }
}
