package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.forward.JobFilter;
import app.rcommerce.gateway.job.forward.Redaction;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStore.Listed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations on queues and their jobs. Safe for any thread. */
public final class JobOperations {

    /** How many jobs are shown at most. */
    public static final int MOST_SHOWN = 100;

    /** How many jobs are changed by one call at most. */
    public static final int MOST_CHANGED = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(JobOperations.class);

    /**
     * A queue.
     *
     * @param oldestSeconds how long the oldest job has waited for a worker
     */
    public record QueueEntry(
            String queue,
            boolean paused,
            long high,
            long normal,
            long low,
            long waiting,
            long scheduled,
            long running,
            long dead,
            long bytes,
            long oldestSeconds,
            long accepted,
            long completed,
            long failed,
            long buried) {}

    /**
     * A job.
     *
     * @param at when it is due, its lease ends, it died or was done, in ISO 8601; null where there is no such time
     * @param why the last attempt failed; null where none has
     * @param request what it is, without what is to be hidden; null where it was not asked for, or is gone
     */
    public record JobEntry(
            String id,
            String queue,
            String state,
            String priority,
            String since,
            @Nullable String at,
            int attempts,
            int crashes,
            long bytes,
            @Nullable String why,
            @Nullable Map<String, Object> request) {}

    /** Jobs; {@code truncated} where there may be more. */
    public record JobList(List<JobEntry> jobs, boolean truncated) {}

    /** How many jobs were changed; {@code truncated} where there may be more that are meant. */
    public record Changed(long jobs, boolean truncated) {}

    /**
     * Which jobs of a queue are meant.
     *
     * @param id one, which is to be changed; null for all that the rest says
     * @param state those of one state; null for any
     * @param sinceMillis those that came in then or later
     * @param where those that are such requests; null for any
     */
    public record Selection(
            @Nullable String id,
            @Nullable JobState state,
            long sinceMillis,
            @Nullable JobFilter where) {}

    private final JobStore store;
    private final Supplier<Map<String, QueueRule>> queues;

    JobOperations(JobStore store, Supplier<Map<String, QueueRule>> queues) {
        this.store = store;
        this.queues = queues;
    }

    /** The queues of the configuration in force, without the gateway's own. */
    public Collection<String> configured() {
        return queues.get().keySet();
    }

    /** All queues: those of the configuration in force, and the gateway's own. */
    public List<String> all() {
        return rules().stream().map(QueueRule::name).toList();
    }

    private List<QueueRule> rules() {
        List<QueueRule> rules = new ArrayList<>(queues.get().values());
        rules.add(QueueRule.upkeep());
        return rules;
    }

    private QueueRule rule(String queue) {
        if (queue.equals(QueueRule.UPKEEP)) {
            return QueueRule.upkeep();
        }
        QueueRule rule = queues.get().get(queue);
        return rule == null ? QueueRule.of(queue) : rule;
    }

    /** All queues. */
    public CompletionStage<List<QueueEntry>> queues() {
        List<CompletableFuture<QueueEntry>> all = rules().stream()
                .map(rule -> store.counts(rule)
                        .thenApply(counts -> entry(rule.name(), counts))
                        .toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(done -> all.stream().map(CompletableFuture::join).toList());
    }

    private static QueueEntry entry(String queue, QueueCounts counts) {
        return new QueueEntry(
                queue,
                counts.paused(),
                counts.high(),
                counts.normal(),
                counts.low(),
                counts.waiting(),
                counts.scheduled(),
                counts.running(),
                counts.dead(),
                counts.bytes(),
                counts.oldestMillis() / 1_000,
                counts.accepted(),
                counts.completed(),
                counts.failed(),
                counts.buried());
    }

    private static JobEntry entry(QueueRule rule, JobRecord job, boolean whole) {
        return new JobEntry(
                job.id(),
                rule.name(),
                job.state().text(),
                job.priority().text(),
                Times.iso(job.sinceMillis()),
                job.atMillis() == 0 ? null : Times.iso(job.atMillis()),
                job.attempts(),
                job.crashes(),
                job.bytes(),
                job.why().isEmpty() ? null : job.why(),
                whole ? new Redaction(rule.redacted()).shown(job.text()) : null);
    }

    /** One job with what it is; null where the queue has none of this id. */
    public CompletionStage<@Nullable JobEntry> job(String queue, String id) {
        QueueRule rule = rule(queue);
        return store.find(rule, id).thenApply(job -> job == null ? null : entry(rule, job, true));
    }

    /** The jobs of a queue that are meant. */
    public CompletionStage<JobList> jobs(String queue, Selection selection) {
        QueueRule rule = rule(queue);
        return select(rule, selection, MOST_SHOWN)
                .thenApply(found -> new JobList(
                        found.jobs().stream()
                                .map(job -> entry(rule, job, false))
                                .toList(),
                        !found.whole()));
    }

    private CompletionStage<Listed> select(QueueRule rule, Selection selection, int most) {
        JobState state = selection.state();
        List<JobState> states = state == null
                ? List.of(JobState.RUNNING, JobState.READY, JobState.WAITING, JobState.SCHEDULED, JobState.DEAD)
                : List.of(state);
        JobFilter where = selection.where();
        long endNanos = System.nanoTime() + JobStore.LONGEST.toNanos();
        CompletionStage<Listed> all = CompletableFuture.completedFuture(new Listed(List.of(), true));
        for (JobState each : states) {
            all = all.thenCompose(found -> !found.whole()
                    ? CompletableFuture.completedFuture(found)
                    : store.list(
                                    rule,
                                    new JobStore.Query(
                                            each,
                                            selection.sinceMillis(),
                                            most - found.jobs().size(),
                                            Duration.ofNanos(Math.max(0, endNanos - System.nanoTime())),
                                            where == null ? null : where::test))
                            .thenApply(more -> new Listed(
                                    Stream.concat(found.jobs().stream(), more.jobs().stream())
                                            .toList(),
                                    more.whole())));
        }
        return all;
    }

    /**
     * Makes jobs ready that are scheduled or dead.
     *
     * @param perSecond so many in a second at most; 0 for all at once
     */
    public CompletionStage<Changed> retry(String queue, Selection selection, double perSecond) {
        QueueRule rule = rule(queue);
        long[] number = {0};
        return change(rule, selection, id -> {
                    long delay = perSecond <= 0 ? 0 : Math.round(number[0]++ * 1_000 / perSecond);
                    return store.revive(rule, id, Duration.ofMillis(delay));
                })
                .thenApply(changed -> told("tried again", queue, changed));
    }

    /** Takes jobs back that no worker has. */
    public CompletionStage<Changed> cancel(String queue, Selection selection) {
        QueueRule rule = rule(queue);
        return change(rule, selection, id -> store.cancel(rule, id))
                .thenApply(changed -> told("taken back", queue, changed));
    }

    private CompletionStage<Changed> change(
            QueueRule rule, Selection selection, Function<String, CompletionStage<Boolean>> each) {
        if (selection.id() != null) {
            return each.apply(selection.id()).thenApply(done -> new Changed(done ? 1 : 0, false));
        }
        return select(rule, selection, MOST_CHANGED).thenCompose(found -> {
            List<CompletableFuture<Boolean>> asked = found.jobs().stream()
                    .map(job -> each.apply(job.id()).toCompletableFuture())
                    .toList();
            return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                    .thenApply(done -> new Changed(
                            asked.stream().filter(CompletableFuture::join).count(), !found.whole()));
        });
    }

    private static Changed told(String what, String queue, Changed changed) {
        LOG.info("admin: {} jobs of queue {} are {}", changed.jobs(), queue, what);
        return changed;
    }

    /** Takes back all jobs that are dead, or all that no worker has. */
    public CompletionStage<Changed> clear(String queue, boolean deadAlone) {
        return store.clear(rule(queue), deadAlone)
                .thenApply(cleared -> told("taken back", queue, new Changed(cleared.jobs(), !cleared.whole())));
    }

    /** Gives no more jobs of a queue to workers, or gives them again. */
    public CompletionStage<Void> pause(String queue, boolean paused) {
        return store.pause(rule(queue), paused)
                .thenRun(() -> LOG.info("admin: queue {} is {}", queue, paused ? "paused" : "resumed"));
    }
}
