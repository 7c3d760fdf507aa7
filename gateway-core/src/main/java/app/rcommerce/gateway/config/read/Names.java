package app.rcommerce.gateway.config.read;

import java.util.regex.Pattern;

/** The form of the names of limits, upstreams and routes, which stand in metrics, in keys and in header fields. */
public final class Names {

    public static final String EXPECTED = "a name of 1 to 32 letters, digits, hyphens or underscores";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private Names() {}

    /** Whether the text has the form of a name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
