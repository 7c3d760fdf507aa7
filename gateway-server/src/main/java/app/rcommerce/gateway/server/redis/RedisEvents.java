package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.redis.command.CommandListener;

/** Hears of what happens towards Redis, for metrics. Any thread may call; implementations return quickly. */
public interface RedisEvents extends CommandListener {

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

    /** The connection's state has changed; the detail is empty or a few words without secrets. */
    void stateChanged(Backend.State state, String detail);
}
