package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobLease;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.RetryPlan;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.job.forward.AttemptResult;
import app.rcommerce.gateway.job.forward.UpstreamBreaker;
import app.rcommerce.gateway.server.exchange.jobs.JobsMeter;
import app.rcommerce.gateway.server.exchange.jobs.JobsMeter.Ended;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStore.Taken;
import app.rcommerce.gateway.time.Clock;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The worker of one queue on this node: it takes jobs, has a {@link JobHandler} do each, renews their leases meanwhile,
 * and tells the store what has come of them. Everything is on one event loop; {@link #wake} is for any thread.
 */
final class QueueWorker {

    private static final Logger LOG = LoggerFactory.getLogger(QueueWorker.class);
    /** So many jobs are asked for at once. */
    private static final int MOST_AT_ONCE = 32;

    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    /**
     * What a worker needs of its surroundings.
     *
     * @param store the queues
     * @param meters what is told of them
     * @param name of the worker, which no other one has
     * @param clock of pauses
     */
    record Surroundings(JobStore store, JobsMeter meters, String name, Clock clock) {}

    /** A job that is being worked on. */
    private record Running(TakenJob job, JobHandler.Run run, long startNanos, long bytes) {}

    private final Surroundings surroundings;
    private final EventLoop loop;
    /** By lease, since a job may come again while what was begun of it under a lease that has ended still runs. */
    private final Map<JobLease, Running> running = new LinkedHashMap<>();

    private final UpstreamBreaker breaker = new UpstreamBreaker();
    private QueueRule queue;
    private JobHandler handler;
    /** So many bytes may the jobs have that are being forwarded; one may always be. */
    private long mostBytes;

    private long bytes;
    /** How many may begin while the upstream has as many requests as it may, and until when that is believed. */
    private int places = Integer.MAX_VALUE;

    private long crowdedUntilMillis;
    private @Nullable ScheduledFuture<?> next;
    private @Nullable ScheduledFuture<?> renewal;
    private @Nullable CompletableFuture<Void> stopped;
    private boolean asking;
    private boolean woken;
    private int failures;
    private int telling;

    QueueWorker(
            Surroundings surroundings,
            EventLoop loop,
            QueueRule queue,
            Function<EventLoop, JobHandler> handler,
            long mostBytes) {
        this.surroundings = surroundings;
        this.loop = loop;
        this.queue = queue;
        this.handler = handler.apply(loop);
        this.mostBytes = mostBytes;
    }

    /** Begins to work. */
    void start() {
        loop.execute(() -> {
            armRenewal();
            ask();
        });
    }

    /** Goes on under another rule, and another handler for jobs that it has not begun. */
    void use(QueueRule rule, Function<EventLoop, JobHandler> by, long most) {
        loop.execute(() -> {
            queue = rule;
            handler = by.apply(loop);
            mostBytes = most;
            ask();
        });
    }

    /** There may be a job. Any thread. */
    void wake() {
        if (loop.inEventLoop()) {
            woken();
        } else {
            loop.execute(this::woken);
        }
    }

    private void woken() {
        if (asking) {
            woken = true;
        } else {
            ask();
        }
    }

    /** Takes no more jobs; completes when those at work are done, or have been given back after the time. */
    CompletionStage<Void> stop(Duration grace) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        loop.execute(() -> {
            stopped = end;
            cancel(next);
            loop.schedule(
                    () -> List.copyOf(running.values())
                            .forEach(each -> each.run().abandon("the gateway has stopped")),
                    grace.toMillis(),
                    TimeUnit.MILLISECONDS);
            endIfDone();
        });
        return end;
    }

    private void endIfDone() {
        if (stopped != null && running.isEmpty() && telling == 0 && !asking) {
            cancel(renewal);
            stopped.complete(null);
        }
    }

    /** Milliseconds of a clock that no step of the wall clock moves. */
    private long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(surroundings.clock().nanos());
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void ask() {
        cancel(next);
        // Leases whose end is being told still count.
        int free = queue.concurrency() - running.size() - telling;
        if (stopped != null || asking || free <= 0 || (bytes >= mostBytes && !running.isEmpty())) {
            return;
        }
        long now = nowMillis();
        if (now >= crowdedUntilMillis) {
            places = Integer.MAX_VALUE;
        }
        int most = breaker.admits(Math.min(Math.min(free, places), MOST_AT_ONCE), now);
        if (most == 0) {
            long crowded = places == 0 ? crowdedUntilMillis - now : 0;
            askIn(Math.max(1, Math.max(crowded, breaker.waitMillis(now))));
            return;
        }
        asking = true;
        surroundings
                .store()
                .take(queue, surroundings.name(), most)
                .whenComplete((taken, failure) -> loop.execute(() -> {
                    asking = false;
                    if (taken == null) {
                        failed(failure);
                    } else {
                        got(taken, most);
                    }
                    endIfDone();
                }));
    }

    private void askIn(long millis) {
        cancel(next);
        next = loop.schedule(this::ask, Math.min(millis, Duration.ofMinutes(1).toMillis()), TimeUnit.MILLISECONDS);
    }

    private void failed(@Nullable Throwable failure) {
        failures++;
        if (failures == 1) {
            LOG.warn(
                    "queue {}: no jobs can be taken, it is tried again and again: {}",
                    queue.name(),
                    failure == null ? "no answer" : failure.getMessage());
        }
        long pause = FIRST_PAUSE_MILLIS << Math.min(failures - 1, 10);
        long most = Math.min(pause, LONGEST_PAUSE_MILLIS);
        askIn(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    private void got(Taken taken, int asked) {
        if (failures > 0) {
            LOG.info("queue {}: jobs can be taken again", queue.name());
            failures = 0;
        }
        breaker.begun(taken.jobs().size());
        taken.jobs().forEach(this::begin);
        boolean more = woken || taken.againMillis() == 0 || taken.jobs().size() == asked;
        woken = false;
        if (taken.isPaused() || !more) {
            askIn(Math.min(handler.lookMillis(), taken.againMillis()));
        } else {
            ask();
        }
    }

    private void begin(TakenJob job) {
        if (stopped != null) {
            end(job, new AttemptResult(AttemptResult.Kind.ABANDONED, "the gateway has stopped", 0), 0);
            return;
        }
        JsonNode json = JobForm.read(job.text());
        // Its JSON is needed no more, and is as large as the request.
        TakenJob kept = job.withoutText();
        JobHandler.Run run = json == null ? null : handler.prepare(kept, json, result -> ended(kept, result));
        if (run == null) {
            String expected = json == null ? JobForm.EXPECTED : handler.expected();
            LOG.warn(
                    "queue {}: job {} cannot be understood and is given up (expected: {})",
                    queue.name(),
                    job.id(),
                    expected);
            breaker.abandoned();
            tell(
                    job,
                    () -> surroundings
                            .store()
                            .bury(queue, job.lease(), "it cannot be understood (expected: " + expected + ")"),
                    Ended.DEAD);
            return;
        }
        long size = Objects.requireNonNull(job.text()).length();
        bytes += size;
        places -= places == Integer.MAX_VALUE ? 0 : 1;
        running.put(job.lease(), new Running(kept, run, surroundings.clock().nanos(), size));
        run.begin();
    }

    private void ended(TakenJob job, AttemptResult result) {
        Running ran = running.remove(job.lease());
        bytes -= ran == null ? 0 : ran.bytes();
        crowded(result);
        long nanos = ran == null ? 0 : surroundings.clock().nanos() - ran.startNanos();
        surroundings.meters().attempted(queue.name(), result.kind(), nanos);
        boolean wasOpen = breaker.isOpen();
        switch (result.kind()) {
            case DONE, GONE, REFUSED -> breaker.succeeded();
            case BROKEN, UNREACHED -> {
                if (breaker.failed(nowMillis()) && !wasOpen) {
                    LOG.warn("queue {}: {} is left alone for a while: {}", queue.name(), handler.doer(), result.why());
                }
            }
            case ABANDONED -> breaker.abandoned();
        }
        if (wasOpen != breaker.isOpen()) {
            surroundings.meters().breaker(queue.name(), breaker.isOpen());
            if (wasOpen) {
                LOG.info("queue {}: {} is at work again", queue.name(), handler.doer());
            }
        }
        end(job, result, nanos);
        ask();
    }

    /** No more is begun than there are places, or others' requests would be outrun by jobs that find none. */
    private void crowded(AttemptResult result) {
        if (result.kind() == AttemptResult.Kind.ABANDONED && result.askedMillis() > 0) {
            places = 0;
            crowdedUntilMillis = nowMillis() + result.askedMillis();
        } else if (places != Integer.MAX_VALUE) {
            places++;
        }
    }

    private void end(TakenJob job, AttemptResult result, long nanos) {
        JobStore store = surroundings.store();
        JobLease lease = job.lease();
        switch (result.kind()) {
            case DONE -> tell(job, () -> store.complete(queue, lease), Ended.COMPLETED);
            case GONE -> tell(job, () -> store.bury(queue, lease, result.why()), Ended.DEAD);
            case UNREACHED -> {
                long now = nowMillis();
                Duration pause = Duration.ofMillis(Math.max(FIRST_PAUSE_MILLIS, breaker.waitMillis(now)));
                tell(job, () -> store.release(queue, lease, pause, result.why()), Ended.RELEASED);
            }
            case ABANDONED -> {
                Duration pause = Duration.ofMillis(result.askedMillis());
                tell(job, () -> store.release(queue, lease, pause, result.why()), Ended.RELEASED);
            }
            case REFUSED, BROKEN -> {
                long age = job.ageMillis() + TimeUnit.NANOSECONDS.toMillis(nanos);
                long delay = queue.retry()
                        .delayMillis(job.attempts() + 1, age, result.askedMillis(), ThreadLocalRandom.current());
                if (delay == RetryPlan.NONE) {
                    tell(job, () -> store.bury(queue, lease, result.why()), Ended.DEAD);
                } else {
                    tell(job, () -> store.retry(queue, lease, Duration.ofMillis(delay), result.why()), Ended.RETRIED);
                }
            }
        }
    }

    /**
     * Tells the store what has become of a job, again and again for as long as the lease goes: what is never told is
     * done twice.
     */
    private void tell(TakenJob job, Supplier<CompletionStage<Boolean>> what, Ended how) {
        telling++;
        tell(job, what, how, surroundings.clock().nanos() + queue.lease().toNanos(), FIRST_PAUSE_MILLIS);
    }

    private void tell(
            TakenJob job, Supplier<CompletionStage<Boolean>> what, Ended how, long untilNanos, long pauseMillis) {
        what.get()
                .whenComplete((held, failure) -> loop.execute(() -> {
                    boolean over = surroundings.clock().nanos() - untilNanos > 0 || stopped != null;
                    if (failure != null && !over) {
                        loop.schedule(
                                () -> tell(job, what, how, untilNanos, Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS)),
                                pauseMillis,
                                TimeUnit.MILLISECONDS);
                        return;
                    }
                    telling--;
                    boolean told = failure == null && Boolean.TRUE.equals(held);
                    surroundings.meters().ended(queue.name(), told ? how : Ended.TOO_LATE);
                    woken();
                    endIfDone();
                }));
    }

    private void armRenewal() {
        renewal = loop.schedule(this::renew, Math.max(10, queue.lease().toMillis() / 3), TimeUnit.MILLISECONDS);
    }

    private void renew() {
        List<Running> all = new ArrayList<>(running.values());
        if (!all.isEmpty()) {
            List<JobLease> leases = all.stream().map(each -> each.job().lease()).toList();
            surroundings
                    .store()
                    .renew(queue, leases)
                    .whenComplete((held, failure) -> loop.execute(() -> {
                        if (held != null) {
                            for (int i = 0; i < held.size() && i < all.size(); i++) {
                                if (!held.get(i)) {
                                    all.get(i).run().abandon("its lease has ended");
                                }
                            }
                        }
                    }));
        }
        armRenewal();
    }
}
