package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.redis.command.CommandListener;

/**
 * The listener for commands to Redis and for changes of the connection's state, for metrics. Any thread may call;
 * implementations return quickly.
 */
public interface RedisEvents extends CommandListener {

    /** A listener that ignores everything. */
    RedisEvents NONE = new RedisEvents() {
        @Override
        public void command(String operation, String outcome, long nanos) {
            // Nothing to do.
        }

        @Override
        public void stateChanged(Backend.State state, String detail) {
            // Nothing to do.
        }

        @Override
        public void notUnderstood(String kind) {
            // Nothing to do.
        }
    };

    /** Called when the connection's state has changed; the detail is empty or a few words without secrets. */
    void stateChanged(Backend.State state, String detail);

    /** Called when a value that others have written is not understood; the kind is one of a few words. */
    void notUnderstood(String kind);
}
