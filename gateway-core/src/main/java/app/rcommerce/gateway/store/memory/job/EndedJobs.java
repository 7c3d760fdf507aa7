package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.JobRecord;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of jobs that have ended, for a time and for so many of them. Guarded by the queue. */
final class EndedJobs {

    private static final int MOST = 10_000;

    private record Ended(JobRecord job, long untilMillis) {}

    /** The one that has ended first before others. */
    private final Map<String, Ended> jobs = new LinkedHashMap<>();

    void add(JobRecord job, long keptMillis) {
        if (keptMillis > 0) {
            jobs.put(job.id(), new Ended(job, job.atMillis() + keptMillis));
        }
        Iterator<Ended> oldest = jobs.values().iterator();
        while (oldest.hasNext()) {
            Ended first = oldest.next();
            if (jobs.size() <= MOST && first.untilMillis() > job.atMillis()) {
                return;
            }
            oldest.remove();
        }
    }

    @Nullable
    JobRecord get(String id, long nowMillis) {
        Ended ended = jobs.get(id);
        return ended == null || ended.untilMillis() <= nowMillis ? null : ended.job();
    }
}
