package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.Written;
import java.util.regex.Pattern;

/**
 * A value with a secret in it. Immutable.
 *
 * @param shown what may be shown: the value without its secret part
 * @param value the whole value; never printed
 */
record Hidden(String shown, String value) {

    private static final Pattern USER_INFO = Pattern.compile("://[^/]*@");

    static Hidden of(Secret secret) {
        return new Hidden(Written.SECRET, secret.value());
    }

    /** The text, or a hidden value where it is a URL with a user and a password. */
    static Object url(String text) {
        String shown = USER_INFO.matcher(text).replaceFirst("://" + Written.SECRET + "@");
        return shown.equals(text) ? text : new Hidden(shown, text);
    }

    /** As above, and the query is hidden too, where keys of an API may stand. */
    static Object urlAndQuery(String text) {
        int query = text.indexOf('?');
        String shown = USER_INFO
                .matcher(query < 0 ? text : text.substring(0, query + 1) + Written.SECRET)
                .replaceFirst("://" + Written.SECRET + "@");
        return shown.equals(text) ? text : new Hidden(shown, text);
    }

    @Override
    public String toString() {
        return shown;
    }
}
