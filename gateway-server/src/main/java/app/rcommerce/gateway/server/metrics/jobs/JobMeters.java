package app.rcommerce.gateway.server.metrics.jobs;

import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.forward.AttemptResult;
import app.rcommerce.gateway.server.exchange.jobs.JobsMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of queues on this node, at zero from when a queue is configured. What the store counts is the same on
 * every node: alerts take the largest. Safe for any thread.
 */
public final class JobMeters implements JobsMeter {

    private static final QueueCounts NOTHING = new QueueCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, false, 0, 0, 0, 0);

    /** The meters of one queue. */
    private static final class OfQueue {
        final Map<Accepted, Counter> accepted = new EnumMap<>(Accepted.class);
        final Map<AttemptResult.Kind, Timer> attempts = new EnumMap<>(AttemptResult.Kind.class);
        final Map<Ended, Counter> ended = new EnumMap<>(Ended.class);
        final Counter expired;
        final Counter buried;
        final Counter lost;
        volatile QueueCounts counts = NOTHING;
        volatile boolean open;

        OfQueue(MeterRegistry registry, String queue) {
            for (Accepted what : Accepted.values()) {
                accepted.put(
                        what,
                        Counter.builder("gateway.jobs.requests")
                                .description("Requests that were to be put into a queue, by what has become of them")
                                .tags("queue", queue, "outcome", what.text())
                                .register(registry));
            }
            for (AttemptResult.Kind kind : AttemptResult.Kind.values()) {
                attempts.put(
                        kind,
                        Timer.builder("gateway.jobs.attempts")
                                .description("Attempts to forward jobs, by what has come of them")
                                .serviceLevelObjectives(
                                        Duration.ofMillis(10),
                                        Duration.ofMillis(100),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(10))
                                .tags("queue", queue, "result", kind.text())
                                .register(registry));
            }
            for (Ended how : Ended.values()) {
                ended.put(
                        how,
                        Counter.builder("gateway.jobs.ended")
                                .description("Jobs that a worker of this node has let go of")
                                .tags("queue", queue, "how", how.text())
                                .register(registry));
            }
            expired = found(registry, queue, "expired");
            buried = found(registry, queue, "buried");
            lost = found(registry, queue, "lost");
            for (Priority priority : Priority.values()) {
                gauge(
                        registry,
                        "gateway.jobs.ready",
                        "Jobs that wait for a worker",
                        List.of("queue", queue, "priority", priority.text()),
                        counts -> switch (priority) {
                            case HIGH -> counts.high();
                            case NORMAL -> counts.normal();
                            case LOW -> counts.low();
                        });
            }
            state(registry, queue, JobState.WAITING, QueueCounts::waiting);
            state(registry, queue, JobState.SCHEDULED, QueueCounts::scheduled);
            state(registry, queue, JobState.RUNNING, QueueCounts::running);
            state(registry, queue, JobState.DEAD, QueueCounts::dead);
            gauge(
                    registry,
                    "gateway.jobs.bytes",
                    "Bytes of the jobs of a queue, but for dead ones",
                    List.of("queue", queue),
                    QueueCounts::bytes);
            gauge(
                    registry,
                    "gateway.jobs.oldest.seconds",
                    "How long the oldest job has waited for a worker",
                    List.of("queue", queue),
                    counts -> counts.oldestMillis() / 1_000.0);
            gauge(
                    registry,
                    "gateway.jobs.paused",
                    "Whether no job of the queue is given to workers",
                    List.of("queue", queue),
                    counts -> counts.paused() ? 1 : 0);
            Gauge.builder("gateway.jobs.breaker.open", this, self -> self.open ? 1 : 0)
                    .description("Whether the upstream of a queue is left alone for a while")
                    .tags("queue", queue)
                    .register(registry);
        }

        private static Counter found(MeterRegistry registry, String queue, String how) {
            return Counter.builder("gateway.jobs.found")
                    .description(
                            "Jobs that were found again: whose workers had died, given up for that, or that stood nowhere")
                    .tags("queue", queue, "how", how)
                    .register(registry);
        }

        private void state(MeterRegistry registry, String queue, JobState state, ToDoubleFunction<QueueCounts> value) {
            gauge(
                    registry,
                    "gateway.jobs",
                    "Jobs that do not wait for a worker",
                    List.of("queue", queue, "state", state.text()),
                    value);
        }

        private void gauge(
                MeterRegistry registry,
                String name,
                String what,
                List<String> tags,
                ToDoubleFunction<QueueCounts> value) {
            Gauge.builder(name, this, self -> value.applyAsDouble(self.counts))
                    .description(what)
                    .tags(tags.toArray(String[]::new))
                    .register(registry);
        }
    }

    private final MeterRegistry registry;
    private final Map<String, OfQueue> queues = new ConcurrentHashMap<>();

    /** Meters of no queue yet. */
    public JobMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** There are these queues; those of queues that are no more stay as they are. */
    public void configured(Collection<String> names) {
        names.forEach(name -> queues.computeIfAbsent(name, queue -> new OfQueue(registry, queue)));
    }

    private static void count(@Nullable Counter counter, int times) {
        if (counter != null && times > 0) {
            counter.increment(times);
        }
    }

    @Override
    public void accepted(String queue, Accepted what) {
        OfQueue of = queues.get(queue);
        if (of != null) {
            count(of.accepted.get(what), 1);
        }
    }

    @Override
    public void attempted(String queue, AttemptResult.Kind result, long nanos) {
        OfQueue of = queues.get(queue);
        Timer timer = of == null ? null : of.attempts.get(result);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void ended(String queue, Ended how) {
        OfQueue of = queues.get(queue);
        if (of != null) {
            count(of.ended.get(how), 1);
        }
    }

    @Override
    public void found(String queue, int expired, int buried, int lost) {
        OfQueue of = queues.get(queue);
        if (of != null) {
            count(of.expired, expired);
            count(of.buried, buried);
            count(of.lost, lost);
        }
    }

    @Override
    public void counted(String queue, QueueCounts counts) {
        OfQueue of = queues.get(queue);
        if (of != null) {
            of.counts = counts;
        }
    }

    @Override
    public void breaker(String queue, boolean open) {
        OfQueue of = queues.get(queue);
        if (of != null) {
            of.open = open;
        }
    }
}
