package app.rcommerce.gateway.server.redis.job;

import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobLease;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Pace;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.job.JobStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform's queues in Redis. Each step of a job's life is one script on the keys of its queue, which one slot has:
 * a job is always somewhere, whatever dies in between. Safe for any thread.
 */
public final class RedisJobStore implements JobStore {

    private static final Logger LOG = LoggerFactory.getLogger(RedisJobStore.class);
    private static final String COMMON = "job.lua";
    private static final String DONE = "job_done.lua";
    private static final Script ENQUEUE = Script.load(RedisJobStore.class, "job_enqueue.lua");
    private static final Script TAKE = load("job_take.lua");
    private static final Script RENEW = load("job_renew.lua");
    private static final Script END = Script.load(RedisJobStore.class, COMMON, DONE, "job_end.lua");
    private static final Script SWEEP = load("job_sweep.lua");
    private static final Script MOVE = Script.load(RedisJobStore.class, COMMON, DONE, "job_move.lua");
    private static final Script COUNTS = load("job_counts.lua");
    private static final Script FIND = load("job_find.lua");
    private static final Script PAUSE = load("job_pause.lua");

    private static final int OF_A_JOB = 7;
    private static final Duration GONE_THROUGH_EVERY = Duration.ofMinutes(10);

    private final CommandDispatcher dispatcher;
    private final AtomicBoolean told = new AtomicBoolean();
    private final UnaryOperator<String> prefixes;
    private final JobScan scan;
    private final GroupCommit commits;

    /**
     * The queues of a Redis.
     *
     * @param prefixes what all keys of the queue of this name begin with
     */
    public RedisJobStore(CommandDispatcher dispatcher, UnaryOperator<String> prefixes) {
        this.dispatcher = dispatcher;
        this.prefixes = prefixes;
        this.scan = new JobScan(dispatcher, prefixes);
        this.commits = new GroupCommit(dispatcher);
    }

    private static Script load(String name) {
        return Script.load(RedisJobStore.class, COMMON, name);
    }

    private String entries(QueueRule queue) {
        return prefixes.apply(queue.name()) + "/entries";
    }

    private <T extends @Nullable Object> CompletableFuture<T> ask(
            Script script, CommandPurpose purpose, QueueRule queue, Function<List<?>, T> reading, String... arguments) {
        return CommandResults.read(
                dispatcher.ask(script.call(purpose, entries(queue), arguments)),
                answer -> reading.apply(JobEntries.list(answer)));
    }

    private CompletableFuture<Boolean> tell(
            Script script, CommandPurpose purpose, QueueRule queue, String... arguments) {
        return ask(script, purpose, queue, answer -> JobEntries.number(answer, 0) == 1, arguments);
    }

    private static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }

    @Override
    public CompletionStage<Enqueued> enqueue(QueueRule queue, NewJob job) {
        NewJob.Event event = job.event();
        String[] arguments = {
            job.id(),
            job.text(),
            JobEntries.letter(job.priority()),
            Integer.toString(job.size()),
            Long.toString(queue.maxJobs()),
            Long.toString(queue.maxBytes()),
            millis(job.delay()),
            job.order() == null ? "-" : JobForm.digest(job.order()),
            event == null ? "" : JobForm.digest(event.name()),
            event == null ? "0" : millis(event.remembered())
        };
        return queue.durable()
                ? onDisk(queue, job, arguments)
                : ask(ENQUEUE, CommandPurpose.JOB_ENQUEUE, queue, answer -> enqueued(job.id(), answer), arguments);
    }

    private static Enqueued enqueued(String id, List<?> answer) {
        return switch ((int) JobEntries.number(answer, 0)) {
            case 1 -> new Enqueued.Accepted(id);
            case 2 -> new Enqueued.Duplicate(JobEntries.text(answer, 1));
            default -> new Enqueued.Full();
        };
    }

    /** Puts a job into a queue, and waits until that is on the disk of the master. */
    private CompletionStage<Enqueued> onDisk(QueueRule queue, NewJob job, String... arguments) {
        GroupCommit.Written written = commits.write(
                ENQUEUE.callInFull(CommandPurpose.JOB_ENQUEUE_DURABLE, entries(queue), arguments), job.size());
        CompletableFuture<Enqueued> entered =
                CommandResults.read(written.entered(), answer -> enqueued(job.id(), JobEntries.list(answer)));
        CompletableFuture<Enqueued> done = new CompletableFuture<>();
        entered.whenComplete((enqueued, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
            } else if (!(enqueued instanceof Enqueued.Accepted)) {
                done.complete(enqueued);
            } else {
                written.disk().whenComplete((disk, unknown) -> {
                    if (disk == GroupCommit.Disk.WRITTEN) {
                        done.complete(enqueued);
                        return;
                    }
                    if (disk != null && !told.getAndSet(true)) {
                        LOG.warn("queue {}: takes no jobs: {}", queue.name(), commits.words(disk));
                    }
                    done.completeExceptionally(new StoreUnavailable("Redis has not written the job to its disk"));
                });
            }
        });
        return done;
    }

    @Override
    public CompletionStage<Taken> take(QueueRule queue, String worker, int most) {
        Pace pace = queue.pace();
        return ask(
                TAKE,
                CommandPurpose.JOB_TAKE,
                queue,
                RedisJobStore::taken,
                worker,
                Integer.toString(most),
                Integer.toString(queue.concurrency()),
                millis(queue.lease()),
                pace == null ? "0" : Long.toString(pace.jobs()),
                pace == null ? "1" : millis(pace.time()),
                millis(Priority.NORMAL.handicap()),
                millis(Priority.LOW.handicap()),
                Long.toString(Taken.MOST_MILLIS),
                Long.toString(Taken.MOST_BYTES),
                Integer.toString(queue.maxDead()),
                Long.toString(queue.maxBytes()));
    }

    private static Taken taken(List<?> answer) {
        List<TakenJob> jobs = new ArrayList<>();
        for (int at = 2; at + OF_A_JOB <= answer.size(); at += OF_A_JOB) {
            String text = JobEntries.text(answer, at + 2);
            jobs.add(new TakenJob(
                    new JobLease(JobEntries.text(answer, at), JobEntries.text(answer, at + 6)),
                    JobEntries.priority(answer.get(at + 1)),
                    text.isEmpty() ? null : text,
                    JobEntries.number(answer, at + 3),
                    (int) JobEntries.number(answer, at + 4),
                    (int) JobEntries.number(answer, at + 5)));
        }
        return new Taken(jobs, JobEntries.number(answer, 1), JobEntries.number(answer, 0) == 1);
    }

    @Override
    public CompletionStage<List<Boolean>> renew(QueueRule queue, List<JobLease> leases) {
        List<String> arguments = new ArrayList<>(List.of(millis(queue.lease())));
        leases.forEach(lease -> {
            arguments.add(lease.id());
            arguments.add(lease.token());
        });
        return ask(
                RENEW,
                CommandPurpose.JOB_END,
                queue,
                answer -> answer.stream()
                        .map(each -> each instanceof Long held && held == 1)
                        .toList(),
                arguments.toArray(String[]::new));
    }

    private CompletionStage<Boolean> end(QueueRule queue, JobLease lease, String what, Duration delay, String why) {
        return tell(
                END,
                CommandPurpose.JOB_END,
                queue,
                lease.id(),
                lease.token(),
                what,
                millis(delay),
                JobEntries.why(why),
                millis(queue.kept()),
                Integer.toString(queue.maxDead()),
                Long.toString(queue.maxBytes()),
                queue.name());
    }

    @Override
    public CompletionStage<Boolean> complete(QueueRule queue, JobLease lease) {
        return end(queue, lease, "done", Duration.ZERO, "");
    }

    @Override
    public CompletionStage<Boolean> retry(QueueRule queue, JobLease lease, Duration delay, String why) {
        return end(queue, lease, "retry", delay, why);
    }

    @Override
    public CompletionStage<Boolean> release(QueueRule queue, JobLease lease, Duration delay, String why) {
        return end(queue, lease, "release", delay, why);
    }

    @Override
    public CompletionStage<Boolean> bury(QueueRule queue, JobLease lease, String why) {
        return end(queue, lease, "bury", Duration.ZERO, why);
    }

    @Override
    public CompletionStage<Found> sweep(QueueRule queue) {
        CompletableFuture<List<?>> swept = ask(
                SWEEP,
                CommandPurpose.JOB_SWEEP,
                queue,
                answer -> answer,
                Integer.toString(queue.maxCrashes()),
                Integer.toString(queue.maxDead()),
                Long.toString(queue.maxBytes()),
                millis(GONE_THROUGH_EVERY),
                millis(queue.lease()));
        return swept.thenCompose(answer -> {
            int expired = (int) JobEntries.number(answer, 0);
            int buried = (int) JobEntries.number(answer, 1);
            if (JobEntries.number(answer, 2) == 0) {
                return CompletableFuture.completedFuture(new Found(expired, buried, 0));
            }
            return scan.restore(queue, JobEntries.number(answer, 3))
                    .thenApply(lost -> new Found(expired, buried, lost));
        });
    }

    @Override
    public CompletionStage<QueueCounts> counts(QueueRule queue) {
        return ask(
                COUNTS,
                CommandPurpose.JOB_LIST,
                queue,
                answer -> new QueueCounts(
                        JobEntries.number(answer, 0),
                        JobEntries.number(answer, 1),
                        JobEntries.number(answer, 2),
                        JobEntries.number(answer, 3),
                        JobEntries.number(answer, 4),
                        JobEntries.number(answer, 5),
                        JobEntries.number(answer, 6),
                        JobEntries.number(answer, 7),
                        JobEntries.number(answer, 8),
                        JobEntries.number(answer, 9) == 1,
                        JobEntries.number(answer, 10),
                        JobEntries.number(answer, 11),
                        JobEntries.number(answer, 12),
                        JobEntries.number(answer, 13)));
    }

    @Override
    public CompletionStage<@Nullable JobRecord> find(QueueRule queue, String id) {
        return ask(
                FIND,
                CommandPurpose.JOB_LIST,
                queue,
                answer -> {
                    String state = JobEntries.text(answer, 0);
                    String text = JobEntries.text(answer, 3);
                    if (state.isEmpty()) {
                        return null;
                    }
                    return state.equals("kept")
                            ? JobForm.ended(id, text)
                            : JobEntries.record(
                                            id,
                                            JobState.valueOf(state.toUpperCase(Locale.ROOT)),
                                            JobEntries.text(answer, 1),
                                            JobEntries.number(answer, 2))
                                    .with(text.isEmpty() ? null : text);
                },
                id);
    }

    @Override
    public CompletionStage<Listed> list(QueueRule queue, Query query) {
        return scan.list(queue, query);
    }

    @Override
    public CompletionStage<Boolean> revive(QueueRule queue, String id, Duration delay) {
        return tell(MOVE, CommandPurpose.JOB_LIST, queue, "revive", millis(delay), queue.name(), id);
    }

    @Override
    public CompletionStage<Boolean> cancel(QueueRule queue, String id) {
        return cancel(queue, List.of(id)).thenApply(gone -> gone == 1);
    }

    private CompletionStage<Long> cancel(QueueRule queue, List<String> ids) {
        List<String> arguments = new ArrayList<>(List.of("cancel", millis(queue.kept()), queue.name()));
        arguments.addAll(ids);
        return ask(
                MOVE,
                CommandPurpose.JOB_LIST,
                queue,
                answer -> JobEntries.number(answer, 0),
                arguments.toArray(String[]::new));
    }

    @Override
    public CompletionStage<Void> pause(QueueRule queue, boolean paused) {
        return ask(PAUSE, CommandPurpose.JOB_LIST, queue, CommandResults::nothing, paused ? "1" : "0");
    }

    @Override
    public CompletionStage<Cleared> clear(QueueRule queue, boolean deadAlone) {
        return scan.clear(queue, deadAlone, ids -> cancel(queue, ids));
    }
}
