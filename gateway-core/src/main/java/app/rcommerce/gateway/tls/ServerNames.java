package app.rcommerce.gateway.tls;

import app.rcommerce.gateway.identity.Addresses;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The names of servers in certificates, and which hosts they stand for (RFC 9525 §6.3). Stateless. */
public final class ServerNames {

    private ServerNames() {}

    /**
     * The name in the form in which names are compared: lower case, no final dot, addresses in their one text form
     * without brackets.
     */
    public static String canonical(String name) {
        String address = address(name);
        if (address != null) {
            return address;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Whether the host is an address rather than a name; one of version 6 may stand in brackets. */
    public static boolean isAddress(String host) {
        return address(host) != null;
    }

    private static @Nullable String address(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return Addresses.canonical(bracketed ? host.substring(1, host.length() - 1) : host);
    }

    /**
     * Whether one of the names stands for the host. A name that begins with {@code *.} stands for all that have one
     * label in its place.
     *
     * @param host a name or an address, in any case
     */
    public static boolean cover(List<String> names, String host) {
        String wanted = canonical(host);
        return names.contains(wanted) || names.contains(wildcard(wanted));
    }

    /** The name with {@code *} in place of its first label; the name itself where it has only one. */
    public static String wildcard(String name) {
        int dot = name.indexOf('.');
        return dot <= 0 ? name : "*" + name.substring(dot);
    }
}
