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
 * The options that name what a revocation is about: one token, or all tokens of a user. The token is sent in the
 * content of the request, never in a URL. For one thread.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TokenOrUser {

    private static final String USER = "user:";

    @Parameters(
            paramLabel = "JWT|ID|user:ID",
            description = "A token, the id of one, or a user for all tokens issued so far; - reads it from the input,"
                    + " which keeps a token out of the shell's history.")
    private String text;

    /** The JSON content that names the token or the user. */
    ObjectNode content() {
        String value = textOrInput(text);
        return AdminClient.content().put(value.startsWith(USER) ? "subject" : "token", value);
    }

    /** The text, or a line of the input where it is {@code -}. */
    static String textOrInput(String text) {
        return text.equals("-") ? input() : text;
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
