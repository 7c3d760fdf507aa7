package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.server.backend.Backend;
import app.rcommerce.gateway.server.metrics.StoreMeters;
import app.rcommerce.gateway.server.redis.RedisEvents;

/**
 * Reports the commands sent to Redis to the metrics; the state of the connection is read when it is scraped. Safe for
 * any thread.
 */
record RedisMeters(StoreMeters meters) implements RedisEvents {

    @Override
    public void command(String operation, String outcome, long nanos) {
        meters.redisCommand(operation, outcome, nanos);
    }

    @Override
    public void stateChanged(Backend.State state, String detail) {
        // The backend logs it; the gauge asks for it.
    }

    @Override
    public void notUnderstood(String kind) {
        meters.notUnderstood(kind);
    }
}
