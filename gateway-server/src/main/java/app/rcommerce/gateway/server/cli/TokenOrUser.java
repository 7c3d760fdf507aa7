package app.rcommerce.gateway.server.cli;

import app.rcommerce.gateway.server.cli.client.AdminClient;
import app.rcommerce.gateway.server.cli.client.CommandFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whose revocation a command is about: one token, or all of a user's. A token travels in a content only, never in a
 * URL.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TokenOrUser {

    private static final String USER = "user:";

    @Parameters(
            paramLabel = "JWT|ID|user:ID",
            description = "A token, the id of one, or a user for all tokens issued so far; - reads it from the input,"
                    + " which keeps a token out of the shell's history.")
    private String text;

    /** The content that names it. */
    ObjectNode content() {
        String value = text.equals("-") ? input() : text;
        return AdminClient.content().put(value.startsWith(USER) ? "subject" : "token", value);
    }

    private static String input() {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            if (line != null) {
                return line.strip();
            }
        } catch (IOException e) {
            throw new CommandFailed("the input cannot be read: " + e.getMessage());
        }
        throw new CommandFailed("the input is empty (expected: a line with a token, an id or user:<id>)");
    }
}
