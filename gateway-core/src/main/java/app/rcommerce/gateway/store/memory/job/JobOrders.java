package app.rcommerce.gateway.store.memory.job;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The jobs of a queue that go one behind the other, by their order. Guarded by the queue. */
final class JobOrders {

    private final Map<String, ArrayDeque<MemoryJob>> orders = new HashMap<>();

    /** Puts the job behind those of its order; whether it is the first one. */
    boolean isFirst(MemoryJob job) {
        if (job.order == null) {
            return true;
        }
        ArrayDeque<MemoryJob> order = orders.computeIfAbsent(job.order, name -> new ArrayDeque<>());
        order.add(job);
        return order.size() == 1;
    }

    /** Takes a job out of its order; the one whose turn it is now, null where there is none. */
    @Nullable
    MemoryJob leave(MemoryJob job) {
        ArrayDeque<MemoryJob> order = job.order == null ? null : orders.get(job.order);
        if (order == null) {
            return null;
        }
        boolean first = order.peekFirst() == job;
        order.remove(job);
        MemoryJob following = order.peekFirst();
        if (following == null) {
            orders.remove(job.order);
        }
        return first ? following : null;
    }

    /** How many jobs wait for others. */
    long waiting() {
        return orders.values().stream().mapToLong(order -> order.size() - 1L).sum();
    }
}
