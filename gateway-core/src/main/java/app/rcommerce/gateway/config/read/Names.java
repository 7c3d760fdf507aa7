package app.rcommerce.gateway.config.read;

import java.util.regex.Pattern;

/** The names that limits, upstreams and routes are called by: in metrics, in keys and in header fields. */
public final class Names {

    public static final String EXPECTED = "a name of 1 to 32 letters, digits, hyphens or underscores";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private Names() {}

    /** Whether the text can be such a name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
