package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.JobState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Jobs that a process has left, and where each of them belongs. Those that it had at work are ready again, and count it
 * among the workers that have died over them. Confined to the queue that restores them.
 */
final class RestoredJobs {

    /** All of them, as they came in. */
    final List<MemoryJob> all;
    /** Those whose turn it is in their order, the one that has been ready for longest first. */
    final List<MemoryJob> ready = new ArrayList<>();

    final List<MemoryJob> scheduled = new ArrayList<>();
    final List<MemoryJob> dead = new ArrayList<>();
    /** Those of the ready ones that were at work. */
    final List<MemoryJob> crashed = new ArrayList<>();

    RestoredJobs(List<JobImage> images, JobOrders orders) {
        all = images.stream()
                .map(MemoryJob::new)
                .sorted(Comparator.comparingLong(job -> job.number))
                .toList();
        for (MemoryJob job : all) {
            if (job.state == JobState.DEAD) {
                dead.add(job);
            } else if (!orders.isFirst(job)) {
                job.state = JobState.WAITING;
            } else if (job.state == JobState.SCHEDULED) {
                scheduled.add(job);
            } else {
                makeReady(job);
            }
        }
        ready.sort(Comparator.<MemoryJob>comparingLong(job -> job.ready).thenComparingLong(job -> job.number));
    }

    private void makeReady(MemoryJob job) {
        if (job.state == JobState.RUNNING) {
            job.crashes++;
            job.why = "the gateway ended while it was worked on";
            crashed.add(job);
        }
        job.state = JobState.READY;
        job.due = 0;
        ready.add(job);
    }
}
