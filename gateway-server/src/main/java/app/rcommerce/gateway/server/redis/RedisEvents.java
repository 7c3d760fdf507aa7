package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.backend.Backend;

/** Hears of what happens towards Redis, for metrics. Any thread may call; implementations return quickly. */
public interface RedisEvents {

    /** Hears nothing. */
    RedisEvents NONE = new RedisEvents() {
        @Override
        public void command(String operation, String outcome, long nanos) {
            // Nothing to do.
        }

        @Override
        public void stateChanged(Backend.State state, String detail) {
            // Nothing to do.
        }
    };

    /**
     * A command has ended for its caller.
     *
     * @param operation one of about a dozen names, such as {@code limit_take}
     * @param outcome {@code ok}, {@code error} (Redis refused it), {@code late} (no answer by the deadline),
     *     {@code failed} (the connection), {@code open} (not sent: Redis is known to be away), {@code full} (not sent:
     *     too many wait)
     * @param nanos how long the caller waited, in nanoseconds
     */
    void command(String operation, String outcome, long nanos);

    /** The connection's state has changed; the detail is empty or a few words without secrets. */
    void stateChanged(Backend.State state, String detail);
}
