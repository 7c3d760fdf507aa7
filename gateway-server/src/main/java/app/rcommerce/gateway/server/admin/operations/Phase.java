package app.rcommerce.gateway.server.admin.operations;

import java.util.Locale;

/** Where a gateway stands between its start and its end. */
public enum Phase {
    /** Not every listener is open yet. */
    STARTING,
    /** Requests are answered. */
    SERVING,
    /** Requests under way are ended, new ones go elsewhere. */
    DRAINING;

    /** The name in lower case, as JSON shows it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
