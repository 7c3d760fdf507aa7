package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.JobLease;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.TakenJob;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A job in memory, wherever in its queue it is. Guarded by the queue. */
final class MemoryJob {

    /** By when it is due or has died, then as it came in. */
    static final Comparator<MemoryJob> BY_TIME =
            Comparator.<MemoryJob>comparingLong(job -> job.due).thenComparingLong(job -> job.number);

    private static final Comparator<MemoryJob> BY_PLACE =
            Comparator.<MemoryJob>comparingLong(job -> job.ready).thenComparingLong(job -> job.number);

    final String id;
    final Priority priority;
    final String text;
    final int size;
    final @Nullable String order;
    /** Its place among those of the same time or order. */
    long number;
    /** When it came in, and since when it is ready, in milliseconds since the epoch. */
    long since;

    long ready;
    /** When it is due, its lease ends or it has died, likewise. */
    long due;

    int attempts;
    int crashes;
    String why = "";
    JobState state = JobState.READY;
    String token = "";

    MemoryJob(NewJob job, long number, long now) {
        this.id = job.id();
        this.priority = job.priority();
        this.text = job.text();
        this.size = job.size();
        this.order = job.order();
        this.number = number;
        this.since = now;
        this.ready = now;
    }

    /** A job as its journal has it. */
    MemoryJob(JobImage image) {
        JobImage.Life life = image.life();
        this.id = image.id();
        this.priority = image.priority();
        this.text = image.text();
        this.size = image.size();
        this.order = image.order();
        this.number = life.number();
        this.since = life.sinceMillis();
        this.ready = life.readyMillis();
        this.due = life.dueMillis();
        this.attempts = life.attempts();
        this.crashes = life.crashes();
        this.why = life.why();
        this.state = life.state();
    }

    JobImage image() {
        return new JobImage(id, priority, text, size, order, life());
    }

    JobImage.Life life() {
        return new JobImage.Life(state, number, since, ready, due, attempts, crashes, why);
    }

    /** In which order jobs of this state are listed. */
    static Comparator<MemoryJob> order(JobState state) {
        return state == JobState.SCHEDULED || state == JobState.DEAD ? BY_TIME : BY_PLACE;
    }

    TakenJob taken(long now) {
        return new TakenJob(new JobLease(id, token), priority, text, now - since, attempts, crashes);
    }

    JobRecord record() {
        return new JobRecord(id, state, priority, since, size, attempts, crashes, due, why, null);
    }
}
