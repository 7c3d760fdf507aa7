package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.identity.Addresses;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A host and a port, as {@code host:port} or {@code [v6]:port}. Names are not looked up. */
public record HostPort(String host, int port) {

    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

    /**
     * Reads a host and a port; null where the text does not have this form.
     *
     * @param defaultPort where the text names none; -1 where it must
     */
    public static @Nullable HostPort parse(String text, int defaultPort) {
        int close = text.startsWith("[") ? text.indexOf(']') : -1;
        if (text.startsWith("[") && close < 0) {
            return null;
        }
        int colon = text.indexOf(':', Math.max(close, 0));
        int hostEnd = colon < 0 ? text.length() : colon;
        if (close >= 0 && hostEnd != close + 1) {
            return null;
        }
        String host = close >= 0 ? v6(text.substring(1, close)) : v4OrName(text.substring(0, hostEnd));
        int port = colon < 0 ? defaultPort : port(text.substring(colon + 1));
        return host == null || port < 0 ? null : new HostPort(host, port);
    }

    /** Whether the host can be reached from this machine only. */
    public boolean isLoopback() {
        byte[] address = Addresses.parse(host);
        if (address == null) {
            return host.equalsIgnoreCase("localhost");
        }
        return address.length == 4
                ? address[0] == 127
                : Addresses.format(address).equals("::1");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static @Nullable String v6(String text) {
        return text.indexOf(':') < 0 ? null : Addresses.canonical(text);
    }

    private static @Nullable String v4OrName(String text) {
        if (NUMBERS.matcher(text).matches()) {
            return Addresses.canonical(text);
        }
        return NAME.matcher(text).matches() ? text : null;
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port <= 65_535 ? port : -1;
    }
}
