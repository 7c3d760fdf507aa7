package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.redis.link.Master;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of servers that have started again, and of what they have kept: an empty store means that limits begin anew
 * and that blocks and revocations are gone, which nothing else would say. Confined to one thread.
 */
final class Restarts {

    private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);

    /**
     * A server as it was seen last.
     *
     * @param runId what it calls itself since its start
     * @param keys how many keys its database held
     */
    private record Seen(String runId, long keys) {}

    private final Map<Master, Seen> seen = new HashMap<>();
    /** The name of the database in {@code INFO keyspace}. */
    private final String database;

    Restarts(int database) {
        this.database = "db" + database;
    }

    /**
     * Reads a master's answers to {@code INFO server} and {@code INFO keyspace}, and tells where it has started again.
     */
    void saw(@Nullable Master master, Map<?, ?> server, Map<?, ?> keyspace) {
        Object id = server.get("run_id");
        if (id == null) {
            return;
        }
        Seen now = new Seen(id.toString().trim(), keys(keyspace.get(database)));
        Seen before = seen.put(master, now);
        if (before == null || before.runId().equals(now.runId())) {
            return;
        }
        if (before.keys() > 0 && now.keys() < (before.keys() + 1) / 2) {
            LOG.warn(
                    "redis: the store came back empty, or nearly so: {} keys, {} before it started again; limits begin"
                            + " anew, blocks and revocations that it held are gone",
                    now.keys(),
                    before.keys());
        } else {
            LOG.info("redis: the store has started again with {} keys, {} before", now.keys(), before.keys());
        }
    }

    /** The number in {@code keys=12,expires=3,avg_ttl=0}; 0 where there is none, as for a database without keys. */
    private static long keys(@Nullable Object database) {
        String text = database == null ? "" : database.toString().trim();
        int end = text.indexOf(',');
        return text.startsWith("keys=") ? MasterMemory.number(text.substring(5, end < 0 ? text.length() : end)) : 0;
    }

    /** Forgets masters other than these. */
    void retain(Collection<Master> masters) {
        seen.keySet().retainAll(masters);
    }
}
