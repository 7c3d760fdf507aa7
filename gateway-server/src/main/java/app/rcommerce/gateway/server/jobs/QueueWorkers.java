package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.server.exchange.jobs.JobsMeter;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.server.upkeep.ReplyPurge;
import app.rcommerce.gateway.server.upstream.Upstreams;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.time.Clock;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this node, one for each queue that a route has and one for the gateway's own, and the look after jobs
 * whose workers have died. Safe for any thread.
 */
public final class QueueWorkers {

    /** How often jobs are looked for whose workers have died, and jobs are counted. */
    public static final long LOOK_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(QueueWorkers.class);
    /**
     * What all queues together forward at a time has this part of the heap, each queue that is configured the same
     * share of it.
     */
    private static final int HEAP_PARTS = 8;

    /** Of so many looks one counts, and looks at the gateway's own queue as well, which is empty as a rule. */
    private static final int LOOKS_TO_A_COUNT = 5;

    private final JobStore store;
    private final JobsMeter meter;
    private final Transport transport;
    private final ReplyPurge purge;
    private final String name;
    private final Clock clock;
    private final Map<String, QueueWorker> workers = new HashMap<>();
    private List<QueueRule> queues = List.of();
    private int looks;
    private boolean stopped;

    /** A queue that is to be worked on, and what does its jobs on an event loop. */
    private record Wanted(QueueRule queue, Function<EventLoop, JobHandler> handler) {}

    /** No workers yet; {@code name} is one that no other node has, nor this one after a restart. */
    public QueueWorkers(
            JobStore store, JobsMeter meter, Transport transport, ReplyPurge purge, String name, Clock clock) {
        this.store = store;
        this.meter = meter;
        this.transport = transport;
        this.purge = purge;
        this.name = name;
        this.clock = clock;
    }

    /** Begins to work on the queues of a configuration, and goes on with those that it had. */
    public synchronized void use(GatewayConfig config, Supplier<Upstreams> inForce) {
        if (stopped) {
            return;
        }
        Map<String, Wanted> wanted = new LinkedHashMap<>();
        for (Route route : config.routes()) {
            if (route.handler() instanceof Handler.Enqueue enqueue) {
                QueueRule queue = enqueue.queue();
                wanted.putIfAbsent(
                        queue.name(),
                        new Wanted(queue, loop -> new Forwarding(loop, inForce, enqueue.upstream(), queue)));
            }
        }
        wanted.put(QueueRule.UPKEEP, new Wanted(QueueRule.upkeep(), loop -> new OwnWork(loop, purge)));
        workers.entrySet().removeIf(worker -> {
            boolean gone = !wanted.containsKey(worker.getKey());
            if (gone) {
                worker.getValue().stop(Duration.ZERO);
            }
            return gone;
        });
        long bytes = Runtime.getRuntime().maxMemory() / HEAP_PARTS / Math.max(1, wanted.size() - 1);
        wanted.forEach((queue, what) -> {
            QueueWorker worker = workers.get(queue);
            if (worker == null) {
                QueueWorker fresh = new QueueWorker(
                        new QueueWorker.Surroundings(store, meter, name, clock),
                        transport.group().next(),
                        what.queue(),
                        what.handler(),
                        bytes);
                workers.put(queue, fresh);
                fresh.start();
            } else {
                worker.use(what.queue(), what.handler(), bytes);
            }
        });
        queues = List.copyOf(config.queues().values());
    }

    /** A job has come into this queue. */
    public void wake(String queue) {
        QueueWorker worker;
        synchronized (this) {
            worker = workers.get(queue);
        }
        if (worker != null) {
            worker.wake();
        }
    }

    /** Looks for jobs whose workers have died; to be called every {@link #LOOK_MILLIS}. */
    public void look() {
        List<QueueRule> all;
        boolean counts;
        synchronized (this) {
            if (stopped) {
                return;
            }
            all = new ArrayList<>(queues);
            counts = looks++ % LOOKS_TO_A_COUNT == 0;
            if (counts) {
                all.add(QueueRule.upkeep());
            }
        }
        for (QueueRule queue : all) {
            store.sweep(queue).whenComplete((found, failure) -> {
                if (found != null) {
                    found(queue, found);
                }
            });
            if (counts) {
                store.counts(queue).whenComplete((counted, failure) -> {
                    if (counted != null) {
                        meter.counted(queue.name(), counted);
                    }
                });
            }
        }
    }

    private void found(QueueRule queue, JobStore.Found found) {
        if (found.expired() + found.buried() + found.lost() == 0) {
            return;
        }
        meter.found(queue.name(), found.expired(), found.buried(), found.lost());
        LOG.warn(
                "queue {}: jobs found again: {} whose workers have died or were too slow, {} given up for that, {} that stood nowhere",
                queue.name(),
                found.expired(),
                found.buried(),
                found.lost());
        wake(queue.name());
    }

    /** Takes no more jobs; completes when those at work are done, or have been given back after the time. */
    public CompletionStage<Void> stop(Duration grace) {
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        synchronized (this) {
            stopped = true;
            workers.values().forEach(worker -> ends.add(worker.stop(grace).toCompletableFuture()));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }
}
