package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.cache.CacheStatus;
import app.rcommerce.gateway.cache.Freshness;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.Failure.Kind;
import app.rcommerce.gateway.server.message.Failure.Source;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route. Each is created when it is first needed and then found by an index or by a constant text, so
 * that counting a request allocates nothing. Safe for any thread.
 */
final class RouteMeters {

    private static final int LEAST_STATUS = 100;
    private static final int MOST_STATUS = 599;

    private final MeterRegistry registry;
    private final String route;
    private final Timer upstream;
    private final Timer connect;
    private final Counter requestBytes;
    private final Counter responseBytes;
    /** The timers by status minus {@link #LEAST_STATUS}; the last one is for values that are no status. */
    private final AtomicReferenceArray<@Nullable Timer> durations =
            new AtomicReferenceArray<>(MOST_STATUS - LEAST_STATUS + 2);

    private final Map<String, Counter> cacheResults = new ConcurrentHashMap<>();
    private final Map<String, Counter> notStored = new ConcurrentHashMap<>();
    private final Map<String, Counter> failures = new ConcurrentHashMap<>();

    /** What can go wrong with any request. */
    private static final List<String> FAILURES = List.of(
            Failure.label(Source.CLIENT, Kind.TIMEOUT),
            Failure.label(Source.CLIENT, Kind.RESET),
            Failure.label(Source.GATEWAY, Kind.OVERLOAD),
            Failure.label(Source.GATEWAY, Kind.DEFECT));

    /** What can go wrong with a request that is sent to an upstream. */
    private static final List<String> UPSTREAM_FAILURES = List.of(
            Failure.label(Source.UPSTREAM, Kind.CONNECT),
            Failure.label(Source.UPSTREAM, Kind.TIMEOUT),
            Failure.label(Source.UPSTREAM, Kind.RESET),
            Failure.label(Source.UPSTREAM, Kind.PROTOCOL));

    RouteMeters(MeterRegistry registry, String route) {
        this.registry = registry;
        this.route = route;
        this.upstream = Timer.builder("gateway.upstream.duration")
                .description("From sending a request upstream to the head of the answer")
                .tag("route", route)
                .serviceLevelObjectives(Buckets.requests())
                .register(registry);
        this.connect = Timer.builder("gateway.upstream.connect.duration")
                .description("Waiting for a connection to an upstream, where none was at hand")
                .tag("route", route)
                .serviceLevelObjectives(Buckets.requests())
                .register(registry);
        this.requestBytes = Counter.builder("gateway.request.bytes")
                .description("Content received from clients")
                .tag("route", route)
                .register(registry);
        this.responseBytes = Counter.builder("gateway.response.bytes")
                .description("Content sent to clients")
                .tag("route", route)
                .register(registry);
        for (int hundreds = 1; hundreds <= 5; hundreds++) {
            int first = hundreds * 100;
            FunctionCounter.builder("gateway.requests", this, self -> self.answered(first))
                    .description("Requests that have been answered, by the first digit of the status")
                    .tag("route", route)
                    .tag("status_class", hundreds + "xx")
                    .register(registry);
        }
    }

    /** The number of requests with a status in this hundred; read at a scrape, so that no request pays for it. */
    private double answered(int first) {
        long answered = 0;
        for (int status = first; status < first + 100; status++) {
            Timer timer = durations.get(status - LEAST_STATUS);
            answered += timer == null ? 0 : timer.count();
        }
        return answered;
    }

    /** Shows at zero what may happen to requests on this route. */
    void show(boolean hasUpstream, boolean caches) {
        FAILURES.forEach(this::failure);
        if (hasUpstream) {
            UPSTREAM_FAILURES.forEach(this::failure);
        }
        if (caches) {
            cacheResult("hit");
            for (CacheStatus.Forward forward : CacheStatus.Forward.values()) {
                cacheResult(forward.token());
            }
            for (Freshness.Reason reason : Freshness.Reason.values()) {
                notStored(reason.label());
            }
        }
    }

    void finished(Finished finished) {
        Finished.Socket socket = finished.socket();
        // A WebSocket may be open for days: what counts here is its handshake.
        long nanos = socket == null ? finished.durationNanos() : socket.handshakeNanos();
        duration(finished.status()).record(nanos, TimeUnit.NANOSECONDS);
        Finished.Upstream forwarded = finished.upstream();
        if (forwarded != null && forwarded.answerNanos() >= 0) {
            upstream.record(forwarded.answerNanos(), TimeUnit.NANOSECONDS);
        }
        if (forwarded != null && forwarded.connectNanos() > 0) {
            connect.record(forwarded.connectNanos(), TimeUnit.NANOSECONDS);
        }
        if (socket == null && finished.requestBytes() > 0) {
            requestBytes.increment((double) finished.requestBytes());
        }
        if (socket == null && finished.responseBytes() > 0) {
            responseBytes.increment((double) finished.responseBytes());
        }
        if (!finished.cache().isEmpty()) {
            cacheResult(finished.cache()).increment();
        }
        if (!finished.notStored().isEmpty()) {
            notStored(finished.notStored()).increment();
        }
        if (!finished.failure().isEmpty()) {
            failure(finished.failure()).increment();
        }
    }

    private Timer duration(int status) {
        boolean known = status >= LEAST_STATUS && status <= MOST_STATUS;
        int index = known ? status - LEAST_STATUS : durations.length() - 1;
        Timer timer = durations.get(index);
        if (timer != null) {
            return timer;
        }
        // Two threads may get here at once: the registry gives both the same timer.
        Timer made = Timer.builder("gateway.request.duration")
                .description("From a request's head to the end of its answer")
                .tag("route", route)
                .tag("status", known ? Integer.toString(status) : "other")
                .serviceLevelObjectives(Buckets.requests())
                .register(registry);
        durations.set(index, made);
        return made;
    }

    private Counter cacheResult(String result) {
        return counter(
                cacheResults,
                result,
                "gateway.cache.requests",
                "result",
                "Requests on routes that cache, by what the cache did");
    }

    private Counter notStored(String reason) {
        return counter(
                notStored,
                reason,
                "gateway.cache.not.stored",
                "reason",
                "Replies on routes that cache which were not stored, and why");
    }

    private Counter failure(String failure) {
        return counter(
                failures, failure, "gateway.failures", "failure", "Exchanges that went wrong, by whose fault and how");
    }

    /** The counter of this route with this value of the label, created when it is first needed. */
    private Counter counter(
            Map<String, Counter> counters, String value, String name, String label, String description) {
        Counter counter = counters.get(value);
        return counter != null
                ? counter
                : counters.computeIfAbsent(
                        value,
                        text -> Counter.builder(name)
                                .description(description)
                                .tag("route", route)
                                .tag(label, text)
                                .register(registry));
    }
}
