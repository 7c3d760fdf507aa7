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
import app.rcommerce.gateway.store.job.JobStore.Query;
import app.rcommerce.gateway.store.job.JobStore.Taken;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One queue in memory. Its times are those of the wall clock, as in Redis. Synchronized. */
final class MemoryQueue {

    private final Clock clock;
    private final PaceBucket bucket = new PaceBucket();
    private final Map<String, MemoryJob> jobs = new LinkedHashMap<>();
    private final Map<Priority, ArrayDeque<MemoryJob>> lists = new EnumMap<>(Priority.class);
    private final TreeSet<MemoryJob> scheduled = new TreeSet<>(MemoryJob.BY_TIME);
    private final Map<String, MemoryJob> running = new LinkedHashMap<>();
    private final TreeSet<MemoryJob> dead = new TreeSet<>(MemoryJob.BY_TIME);
    private final Map<String, ArrayDeque<MemoryJob>> orders = new HashMap<>();
    private final SeenEvents seen = new SeenEvents();
    private final EndedJobs ended = new EndedJobs();

    private boolean paused;
    private long bytes;
    private long deadBytes;
    private long numbers;
    private long accepted;
    private long completed;
    private long failed;
    private long buried;

    MemoryQueue(Clock clock) {
        this.clock = clock;
        for (Priority priority : Priority.values()) {
            lists.put(priority, new ArrayDeque<>());
        }
    }

    private ArrayDeque<MemoryJob> list(MemoryJob job) {
        return lists.getOrDefault(job.priority, new ArrayDeque<>());
    }

    synchronized Enqueued enqueue(QueueRule queue, NewJob job) {
        long now = clock.millis();
        NewJob.Event event = job.event();
        String known = event == null ? null : seen.get(event.name(), now);
        if (known != null) {
            return new Enqueued.Duplicate(known);
        }
        if (jobs.size() - dead.size() >= queue.maxJobs() || bytes + job.size() > queue.maxBytes()) {
            return new Enqueued.Full();
        }
        if (event != null) {
            seen.add(event, job.id(), now);
        }
        MemoryJob added = new MemoryJob(job, numbers++, now);
        jobs.put(added.id, added);
        bytes += added.size;
        accepted++;
        if (!isFirst(added)) {
            added.state = JobState.WAITING;
        } else if (job.delay().isPositive()) {
            schedule(added, now + job.delay().toMillis());
        } else {
            makeReady(added, now, false);
        }
        return new Enqueued.Accepted(added.id);
    }

    /** Puts the job behind those of its order; whether it is the first one. */
    private boolean isFirst(MemoryJob job) {
        if (job.order == null) {
            return true;
        }
        ArrayDeque<MemoryJob> order = orders.computeIfAbsent(job.order, name -> new ArrayDeque<>());
        order.add(job);
        return order.size() == 1;
    }

    private void leave(MemoryJob job, long now) {
        ArrayDeque<MemoryJob> order = job.order == null ? null : orders.get(job.order);
        if (order == null) {
            return;
        }
        boolean first = order.peekFirst() == job;
        order.remove(job);
        MemoryJob following = order.peekFirst();
        if (following == null) {
            orders.remove(job.order);
        } else if (first) {
            makeReady(following, now, false);
        }
    }

    private void makeReady(MemoryJob job, long now, boolean next) {
        job.state = JobState.READY;
        job.due = 0;
        if (next) {
            list(job).addFirst(job);
        } else {
            job.ready = now;
            list(job).addLast(job);
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
        }
        List<TakenJob> taken = new ArrayList<>();
        MemoryJob next = next();
        while (next != null && taken.size() < room) {
            list(next).removeFirst();
            next.state = JobState.RUNNING;
            next.token = worker + ":" + numbers++;
            next.due = now + queue.lease().toMillis();
            running.put(next.id, next);
            taken.add(new TakenJob(
                    new JobLease(next.id, next.token),
                    next.priority,
                    next.text,
                    now - next.since,
                    next.attempts,
                    next.crashes));
            next = next();
        }
        bucket.take(taken.size());
        return new Taken(taken, again(now, next, taken.size() >= most, bucket.waitMillis(queue.pace())), false);
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

    private @Nullable MemoryJob next() {
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
        deadBytes += job.size;
        buried++;
        dead.add(job);
        leave(job, now);
        while (dead.size() > queue.maxDead() || (deadBytes > queue.maxBytes() && dead.size() > 1)) {
            MemoryJob oldest = dead.removeFirst();
            jobs.remove(oldest.id);
            deadBytes -= oldest.size;
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
                expired++;
            }
        }
        return new Found(expired, given, 0);
    }

    synchronized QueueCounts counts() {
        long now = clock.millis();
        long oldest = now;
        for (ArrayDeque<MemoryJob> list : lists.values()) {
            MemoryJob head = list.peekFirst();
            oldest = head == null ? oldest : Math.min(oldest, head.ready);
        }
        long waiting =
                orders.values().stream().mapToLong(order -> order.size() - 1L).sum();
        return new QueueCounts(
                size(Priority.HIGH),
                size(Priority.NORMAL),
                size(Priority.LOW),
                waiting,
                scheduled.size(),
                running.size(),
                dead.size(),
                bytes,
                now - oldest,
                paused,
                accepted,
                completed,
                failed,
                buried);
    }

    private int size(Priority priority) {
        ArrayDeque<MemoryJob> list = lists.get(priority);
        return list == null ? 0 : list.size();
    }

    synchronized @Nullable JobRecord find(String id) {
        MemoryJob job = jobs.get(id);
        return job == null ? ended.get(id, clock.millis()) : job.record().with(job.text);
    }

    synchronized List<JobRecord> list(Query query) {
        Comparator<MemoryJob> order = query.state() == JobState.SCHEDULED || query.state() == JobState.DEAD
                ? MemoryJob.BY_TIME
                : Comparator.<MemoryJob>comparingLong(job -> job.ready).thenComparingLong(job -> job.number);
        return jobs.values().stream()
                .filter(job -> job.state == query.state() && job.since >= query.sinceMillis())
                .sorted(order)
                .limit(query.most())
                .map(job -> query.withText() ? job.record().with(job.text) : job.record())
                .toList();
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
            deadBytes -= job.size;
            bytes += job.size;
            if (!isFirst(job)) {
                job.state = JobState.WAITING;
                job.due = 0;
                return true;
            }
        }
        if (delay.isPositive()) {
            schedule(job, now + delay.toMillis());
        } else {
            makeReady(job, now, false);
        }
        return true;
    }

    synchronized boolean cancel(QueueRule queue, String id) {
        MemoryJob job = jobs.get(id);
        if (job == null || job.state == JobState.RUNNING) {
            return false;
        }
        list(job).remove(job);
        scheduled.remove(job);
        if (dead.remove(job)) {
            deadBytes -= job.size;
        }
        remove(queue, job, JobState.CANCELLED);
        return true;
    }

    synchronized void pause(boolean wanted) {
        paused = wanted;
    }
}
