package app.rcommerce.gateway.server.redis.command;

import java.util.List;

/** The listener for commands that have ended. Any thread may call; implementations return quickly. */
@FunctionalInterface
public interface CommandListener {

    /** Every outcome. */
    List<String> OUTCOMES = List.of("ok", "error", "late", "failed", "open", "full");

    /**
     * Called when a command has ended for its caller.
     *
     * @param operation one of about a dozen names, such as {@code limit_take}
     * @param outcome {@code ok}, {@code error} (Redis refused it), {@code late} (no answer by the deadline),
     *     {@code failed} (the connection), {@code open} (not sent: Redis is known to be away), {@code full} (not sent:
     *     too many wait)
     * @param nanos how long the caller waited, in nanoseconds
     */
    void command(String operation, String outcome, long nanos);
}
