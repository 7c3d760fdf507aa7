package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.redis.link.Master;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The count of keys that Redis has evicted because its memory is full, and the warning about eviction. Limits, blocks
 * and revocations share the memory with cached replies, and every eviction policy except {@code noeviction} evicts them
 * too; a server with a bound on memory and such a policy is therefore warned about, once for each policy. Confined to
 * one thread, except for {@link #total}.
 */
final class Evictions {

    private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);
    private static final String NONE = "noeviction";
    /**
     * The number of policies that are remembered, more than Redis has; it bounds what an odd server could make this
     * node remember.
     */
    private static final int MOST_POLICIES = 16;

    private final Map<Master, Long> counts = new HashMap<>();
    /** The policies that have been warned about, once each also where masters differ. */
    private final Set<String> told = new HashSet<>();

    private final AtomicLong total = new AtomicLong();

    /** Reads the answer to {@code INFO memory} and warns where its policy evicts; missing values cause no warning. */
    void sawMemory(MasterMemory memory) {
        String policy = memory.policy();
        boolean evicts = memory.most() > 0 && !policy.isEmpty() && !policy.equals(NONE);
        if (evicts && told.size() < MOST_POLICIES && told.add(policy)) {
            LOG.warn(
                    "redis: maxmemory-policy = {} removes limits, blocks and revocations when memory is full (expected: {}, or a bound that is never reached)",
                    policy,
                    NONE);
        }
    }

    /** Reads a master's answer to {@code INFO stats}; keys evicted before the first look are not counted. */
    void sawStats(Master master, Map<?, ?> info) {
        long now = MasterMemory.number(info.get("evicted_keys"));
        Long before = counts.put(master, now);
        if (before != null) {
            // A server that has started again counts from the beginning.
            total.addAndGet(now < before ? now : now - before);
        }
    }

    /** Forgets masters other than these. */
    void retain(Collection<Master> masters) {
        counts.keySet().retainAll(masters);
    }

    /** The number of keys evicted since this node began to look. */
    long total() {
        return total.get();
    }
}
