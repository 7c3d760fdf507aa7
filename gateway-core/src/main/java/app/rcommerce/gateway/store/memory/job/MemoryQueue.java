package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.JobLease;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.job.JobStore.Enqueued;
import app.rcommerce.gateway.store.job.JobStore.Found;
import app.rcommerce.gateway.store.job.JobStore.Taken;
import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One queue in memory. Its times are those of the wall clock, as in Redis. Its journal is told of each change while the
 * lock is held. Synchronized.
 */
final class MemoryQueue {

    private final Clock clock;
    private final JobJournal journal;
    private final JobHeap heap;
    private final PaceBucket bucket = new PaceBucket();
    private final Map<String, MemoryJob> jobs = new LinkedHashMap<>();
    private final ReadyJobs lists = new ReadyJobs();
    private final TreeSet<MemoryJob> scheduled = new TreeSet<>(MemoryJob.BY_TIME);
    private final Map<String, MemoryJob> running = new LinkedHashMap<>();
    private final DeadJobs dead = new DeadJobs();
    private final JobOrders orders = new JobOrders();
    private final SeenEvents seen;
    private final EndedJobs ended = new EndedJobs();

    private boolean paused;
    private long bytes;
    private long numbers;
    private long accepted;
    private long completed;
    private long failed;
    private long buried;

    MemoryQueue(Clock clock, JobJournal journal, JobHeap heap) {
        this.clock = clock;
        this.journal = journal;
        this.heap = heap;
        this.seen = new SeenEvents(heap.most() / 8);
    }

    JobJournal journal() {
        return journal;
    }

    private void tell(MemoryJob job) {
        journal.changed(job.id, job.life());
    }

    /** All that is in the queue now. */
    synchronized QueueImage image() {
        return new QueueImage(jobs.values().stream().map(MemoryJob::image).toList(), seen.all(clock.millis()), paused);
    }

    /** Puts back what a process has left in an empty queue. */
    synchronized void restore(QueueRule queue, QueueImage image) {
        paused = image.isPaused();
        image.events().forEach(event -> seen.add(event, clock.millis()));
        RestoredJobs found = new RestoredJobs(image.jobs(), orders);
        for (MemoryJob job : found.all) {
            jobs.put(job.id, job);
            heap.add(job);
            numbers = job.number + 1;
            bytes += job.state == JobState.DEAD ? 0 : job.size;
        }
        found.dead.forEach(dead::add);
        scheduled.addAll(found.scheduled);
        found.ready.forEach(lists::addLast);
        for (MemoryJob job : found.crashed) {
            if (job.crashes > queue.maxCrashes()) {
                lists.remove(job);
                bury(queue, job);
            } else {
                tell(job);
            }
        }
    }

    synchronized Enqueued enqueue(QueueRule queue, NewJob job) {
        long now = clock.millis();
        NewJob.Event event = job.event();
        String known = event == null ? null : seen.get(event.name(), now);
        if (known != null) {
            return new Enqueued.Duplicate(known);
        }
        boolean isFull = jobs.size() - dead.size() >= queue.maxJobs() || bytes + job.size() > queue.maxBytes();
        if (isFull || !heap.take(job.text(), job.size())) {
            return new Enqueued.Full();
        }
        SeenEvent named = event == null
                ? null
                : new SeenEvent(event.name(), job.id(), now + event.remembered().toMillis());
        if (named != null) {
            seen.add(named, now);
        }
        MemoryJob added = new MemoryJob(job, numbers++, now);
        jobs.put(added.id, added);
        bytes += added.size;
        accepted++;
        if (!orders.isFirst(added)) {
            added.state = JobState.WAITING;
        } else if (job.delay().isPositive()) {
            schedule(added, now + job.delay().toMillis());
        } else {
            makeReady(added, now, false);
        }
        journal.added(added.image(), named);
        return new Enqueued.Accepted(added.id);
    }

    private void leave(MemoryJob job, long now) {
        MemoryJob following = orders.leave(job);
        if (following != null) {
            makeReady(following, now, false);
            tell(following);
        }
    }

    private void makeReady(MemoryJob job, long now, boolean next) {
        job.state = JobState.READY;
        job.due = 0;
        if (next) {
            lists.addFirst(job);
        } else {
            job.ready = now;
            lists.addLast(job);
        }
    }

    private void schedule(MemoryJob job, long due) {
        job.state = JobState.SCHEDULED;
        job.due = due;
        scheduled.add(job);
    }

    synchronized Taken take(QueueRule queue, String worker, int most) {
        long now = clock.millis();
        if (paused) {
            return new Taken(List.of(), Taken.MOST_MILLIS, true);
        }
        int room = Math.min(most, queue.concurrency() - running.size());
        room = bucket.admits(room, queue.pace(), now);
        while (!scheduled.isEmpty() && scheduled.first().due <= now) {
            MemoryJob job = scheduled.removeFirst();
            makeReady(job, now, false);
            tell(job);
        }
        List<TakenJob> taken = new ArrayList<>();
        MemoryJob next = lists.next();
        long given = 0;
        while (next != null && taken.size() < room && given < Taken.MOST_BYTES) {
            given += next.size;
            lists.remove(next);
            next.state = JobState.RUNNING;
            next.token = worker + ":" + numbers++;
            next.due = now + queue.lease().toMillis();
            running.put(next.id, next);
            tell(next);
            taken.add(next.taken(now));
            next = lists.next();
        }
        bucket.take(taken.size());
        return new Taken(
                taken,
                again(now, next, taken.size() >= most || given >= Taken.MOST_BYTES, bucket.waitMillis(queue.pace())),
                false);
    }

    private long again(long now, @Nullable MemoryJob next, boolean full, long paceMillis) {
        if (next == null) {
            return scheduled.isEmpty()
                    ? Taken.MOST_MILLIS
                    : Math.clamp(scheduled.first().due - now, 1, Taken.MOST_MILLIS);
        }
        if (paceMillis > 0) {
            return paceMillis;
        }
        return full ? 0 : 1_000;
    }

    private @Nullable MemoryJob held(JobLease lease) {
        MemoryJob job = running.get(lease.id());
        return job == null || !job.token.equals(lease.token()) ? null : job;
    }

    synchronized List<Boolean> renew(QueueRule queue, List<JobLease> leases) {
        List<Boolean> held = new ArrayList<>();
        for (JobLease lease : leases) {
            MemoryJob job = held(lease);
            held.add(job != null);
            if (job != null) {
                job.due = clock.millis() + queue.lease().toMillis();
            }
        }
        return held;
    }

    private @Nullable MemoryJob end(JobLease lease) {
        MemoryJob job = held(lease);
        if (job != null) {
            running.remove(job.id);
        }
        return job;
    }

    synchronized boolean complete(QueueRule queue, JobLease lease) {
        MemoryJob job = end(lease);
        if (job == null) {
            return false;
        }
        completed++;
        job.attempts++;
        remove(queue, job, JobState.COMPLETED);
        return true;
    }

    private void remove(QueueRule queue, MemoryJob job, JobState end) {
        long now = clock.millis();
        jobs.remove(job.id);
        heap.remove(job);
        journal.gone(job.id);
        if (job.state != JobState.DEAD) {
            bytes -= job.size;
            leave(job, now);
        }
        job.state = end;
        job.due = now;
        ended.add(job.record(), queue.kept().toMillis());
    }

    synchronized boolean again(JobLease lease, Duration delay, String why, boolean attempted) {
        MemoryJob job = end(lease);
        if (job == null) {
            return false;
        }
        long now = clock.millis();
        job.why = why;
        if (attempted) {
            job.attempts++;
            failed++;
        }
        if (attempted || delay.isPositive()) {
            schedule(job, now + delay.toMillis());
        } else {
            makeReady(job, now, true);
        }
        tell(job);
        return true;
    }

    synchronized boolean bury(QueueRule queue, JobLease lease, String why) {
        MemoryJob job = end(lease);
        if (job == null) {
            return false;
        }
        failed++;
        job.attempts++;
        job.why = why;
        bury(queue, job);
        return true;
    }

    private void bury(QueueRule queue, MemoryJob job) {
        long now = clock.millis();
        job.state = JobState.DEAD;
        job.due = now;
        bytes -= job.size;
        buried++;
        dead.add(job);
        tell(job);
        leave(job, now);
        long most = Math.min(queue.maxBytes(), heap.most() / 4);
        for (MemoryJob old = dead.pollBeyond(queue, most); old != null; old = dead.pollBeyond(queue, most)) {
            jobs.remove(old.id);
            heap.remove(old);
            journal.gone(old.id);
        }
    }

    synchronized Found sweep(QueueRule queue) {
        long now = clock.millis();
        int expired = 0;
        int given = 0;
        for (MemoryJob job : List.copyOf(running.values())) {
            if (job.due > now) {
                continue;
            }
            running.remove(job.id);
            job.crashes++;
            job.why = "its worker has died or was too slow";
            if (job.crashes > queue.maxCrashes()) {
                bury(queue, job);
                given++;
            } else {
                makeReady(job, now, true);
                tell(job);
                expired++;
            }
        }
        return new Found(expired, given, 0);
    }

    synchronized QueueCounts counts() {
        long now = clock.millis();
        return new QueueCounts(
                lists.size(Priority.HIGH),
                lists.size(Priority.NORMAL),
                lists.size(Priority.LOW),
                orders.waiting(),
                scheduled.size(),
                running.size(),
                dead.size(),
                bytes,
                now - lists.oldest(now),
                paused,
                accepted,
                completed,
                failed,
                buried);
    }

    synchronized @Nullable JobRecord find(String id) {
        MemoryJob job = jobs.get(id);
        return job == null ? ended.get(id, clock.millis()) : job.record().with(job.text);
    }

    /** The jobs of a state that have come in since a time, in their order. */
    synchronized List<MemoryJob> list(JobState state, long sinceMillis) {
        return jobs.values().stream()
                .filter(job -> job.state == state && job.since >= sinceMillis)
                .sorted(MemoryJob.order(state))
                .toList();
    }

    /** What there is to say of a job; null where it is not in this state any more. */
    synchronized @Nullable JobRecord record(MemoryJob job, JobState state) {
        return job.state == state && jobs.get(job.id) == job ? job.record() : null;
    }

    synchronized boolean revive(String id, Duration delay) {
        MemoryJob job = jobs.get(id);
        long now = clock.millis();
        if (job == null || (!scheduled.remove(job) && !dead.remove(job))) {
            return false;
        }
        job.crashes = 0;
        if (job.state == JobState.DEAD) {
            job.attempts = 0;
            job.since = now;
            bytes += job.size;
            job.number = numbers++;
            if (!orders.isFirst(job)) {
                job.state = JobState.WAITING;
                job.due = 0;
                tell(job);
                return true;
            }
        }
        if (delay.isPositive()) {
            schedule(job, now + delay.toMillis());
        } else {
            makeReady(job, now, false);
        }
        tell(job);
        return true;
    }

    synchronized boolean cancel(QueueRule queue, String id) {
        MemoryJob job = jobs.get(id);
        if (job == null || job.state == JobState.RUNNING) {
            return false;
        }
        lists.remove(job);
        scheduled.remove(job);
        dead.remove(job);
        remove(queue, job, JobState.CANCELLED);
        return true;
    }

    synchronized void pause(boolean wanted) {
        paused = wanted;
        journal.paused(wanted);
    }
}
