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
 * What Redis removes because its memory is full. Limits, blocks and revocations live beside replies, and every policy
 * but {@code noeviction} removes them too: a bound on memory with such a policy is warned of, once for each. Confined
 * to one thread, but for {@link #total}.
 */
final class Evictions {

    private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);
    private static final String NONE = "noeviction";
    /** More than there are; what a server calls them is its own affair. */
    private static final int MOST_POLICIES = 16;

    private final Map<Master, Long> counts = new HashMap<>();
    /** Policies that have been warned of: once each, also where masters differ. */
    private final Set<String> told = new HashSet<>();

    private final AtomicLong total = new AtomicLong();

    /** Takes note of the answer to {@code INFO memory}; what it does not tell is not judged. */
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

    /**
     * Takes note of a master's answer to {@code INFO stats}; what it evicted before it was first looked at does not
     * count.
     */
    void sawStats(Master master, Map<?, ?> info) {
        long now = MasterMemory.number(info.get("evicted_keys"));
        Long before = counts.put(master, now);
        if (before != null) {
            // A server that has started again counts from the beginning.
            total.addAndGet(now < before ? now : now - before);
        }
    }

    /** Forgets the masters that have gone. */
    void retain(Collection<Master> masters) {
        counts.keySet().retainAll(masters);
    }

    /** Keys that were evicted while this node looked. */
    long total() {
        return total.get();
    }
}
