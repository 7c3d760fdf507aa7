package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.QueueRule;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The jobs of a queue that have been given up, by when that was. Guarded by the queue. */
final class DeadJobs {

    private final TreeSet<MemoryJob> jobs = new TreeSet<>(MemoryJob.BY_TIME);
    private long bytes;

    void add(MemoryJob job) {
        jobs.add(job);
        bytes += job.size;
    }

    /** Whether it was among them. */
    boolean remove(MemoryJob job) {
        boolean removed = jobs.remove(job);
        if (removed) {
            bytes -= job.size;
        }
        return removed;
    }

    int size() {
        return jobs.size();
    }

    /**
     * Takes the oldest one away where there are more, or more bytes, than the queue keeps; null where there are not.
     */
    @Nullable
    MemoryJob pollBeyond(QueueRule queue, long mostBytes) {
        if (jobs.size() <= queue.maxDead() && (bytes <= mostBytes || jobs.size() <= 1)) {
            return null;
        }
        MemoryJob oldest = jobs.pollFirst();
        bytes -= oldest == null ? 0 : oldest.size;
        return oldest;
    }
}
