package app.rcommerce.gateway.server.redis.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a cluster's master that another one holds a slot: {@code MOVED 3999 127.0.0.1:6381}, or {@code ASK} in
 * place of {@code MOVED} while the slot is on its way and only this command is to go there. Immutable.
 *
 * @param asking whether the command is to be preceded by {@code ASKING}
 * @param host the other master's; empty for the host that has answered
 * @param port the other master's
 */
record Redirect(boolean asking, String host, int port) {

    /** How often a command is redirected before it fails. */
    static final int MOST = 4;

    private static final Pattern FORM = Pattern.compile("(MOVED|ASK) \\d{1,5} ([^ ]{0,255}):(\\d{1,5})");

    /** The redirect that an error is; null where it is another error. */
    static @Nullable Redirect parse(String error) {
        if (!error.startsWith("MOVED ") && !error.startsWith("ASK ")) {
            return null;
        }
        Matcher form = FORM.matcher(error);
        return form.matches()
                ? new Redirect(form.group(1).equals("ASK"), form.group(2), Integer.parseInt(form.group(3)))
                : null;
    }
}
