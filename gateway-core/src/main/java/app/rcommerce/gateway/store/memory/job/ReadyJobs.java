package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.Priority;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The jobs of a queue that wait for a worker, a list for each priority. Guarded by the queue. */
final class ReadyJobs {

    private final Map<Priority, ArrayDeque<MemoryJob>> lists = new EnumMap<>(Priority.class);

    ReadyJobs() {
        for (Priority priority : Priority.values()) {
            lists.put(priority, new ArrayDeque<>());
        }
    }

    private ArrayDeque<MemoryJob> list(Priority priority) {
        return lists.getOrDefault(priority, new ArrayDeque<>());
    }

    void addFirst(MemoryJob job) {
        list(job.priority).addFirst(job);
    }

    void addLast(MemoryJob job) {
        list(job.priority).addLast(job);
    }

    void remove(MemoryJob job) {
        list(job.priority).remove(job);
    }

    int size(Priority priority) {
        return list(priority).size();
    }

    /** The one that is to be worked on next; null where there is none. */
    @Nullable
    MemoryJob next() {
        MemoryJob best = null;
        for (ArrayDeque<MemoryJob> list : lists.values()) {
            MemoryJob head = list.peekFirst();
            if (head != null && (best == null || rank(head) < rank(best))) {
                best = head;
            }
        }
        return best;
    }

    private static long rank(MemoryJob job) {
        return job.ready + job.priority.handicap().toMillis();
    }

    /** Since when the one that has waited longest is ready; now where there is none. */
    long oldest(long now) {
        long oldest = now;
        for (ArrayDeque<MemoryJob> list : lists.values()) {
            MemoryJob head = list.peekFirst();
            oldest = head == null ? oldest : Math.min(oldest, head.ready);
        }
        return oldest;
    }
}
