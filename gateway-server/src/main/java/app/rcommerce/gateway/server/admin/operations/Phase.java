package app.rcommerce.gateway.server.admin.operations;

import java.util.Locale;

/** The phase of a gateway's life, from its start to its end. */
public enum Phase {
    /** Not every listener is open yet. */
    STARTING,
    /** Requests are answered. */
    SERVING,
    /** Requests are still answered, but whoever asks is told to go to other nodes. */
    LEAVING,
    /** Requests under way are completed; new ones should go to other nodes. */
    DRAINING;

    /** The name in lower case, as JSON shows it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
