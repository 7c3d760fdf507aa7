package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.redis.link.Master;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The use of a master's memory. Immutable.
 *
 * @param master the master; null while none has been looked at
 * @param used bytes in use
 * @param most bytes that may be used; 0 where there is no bound
 * @param policy what is removed when they are used, such as {@code noeviction}; empty where it is not told
 */
record MasterMemory(@Nullable Master master, long used, long most, String policy) {

    static final MasterMemory UNKNOWN = new MasterMemory(null, 0, 0, "");

    /** Reads the answer to {@code INFO memory}; what is missing or no number counts as 0. */
    static MasterMemory of(Master master, Map<?, ?> info) {
        Object policy = info.get("maxmemory_policy");
        return new MasterMemory(
                master,
                number(info.get("used_memory")),
                number(info.get("maxmemory")),
                policy == null ? "" : policy.toString().trim());
    }

    /** A number of {@code INFO}; 0 where it is missing or none. */
    static long number(@Nullable Object value) {
        try {
            return value == null ? 0 : Long.parseLong(value.toString().trim());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Whether another reading replaces this one: it is of the same master, or of a fuller one. */
    boolean isReplacedBy(MasterMemory seen) {
        return master == null || seen.master() == master || seen.fullness() > fullness();
    }

    private double fullness() {
        return most == 0 ? 0 : (double) used / most;
    }
}
