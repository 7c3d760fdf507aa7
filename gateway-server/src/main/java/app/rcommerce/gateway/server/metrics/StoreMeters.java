package app.rcommerce.gateway.server.metrics;

import app.rcommerce.gateway.server.sockets.RecordMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The metrics of the shared store. Operations and outcomes are constants of the caller, so their number is bounded.
 * Safe for any thread.
 */
public final class StoreMeters {

    private record Labels(String operation, String outcome) {}

    private final MeterRegistry registry;
    private final Map<String, Timer> latencies = new ConcurrentHashMap<>();
    /** The supplier is held here, since meters hold only weak references to what they read. */
    private volatile LongSupplier nearDecisions = () -> 0;

    private volatile LongSupplier evicted = () -> 0;

    private final Map<Labels, Counter> commands = new ConcurrentHashMap<>();

    private final Map<RecordMeter.Result, Counter> socketRecords = new EnumMap<>(RecordMeter.Result.class);

    StoreMeters(MeterRegistry registry) {
        this.registry = registry;
        for (RecordMeter.Result result : RecordMeter.Result.values()) {
            socketRecords.put(
                    result,
                    Counter.builder("gateway.websocket.records")
                            .description("Writings of the records of WebSockets, by what became of them")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    /**
     * Counts a command to Redis that has ended. Neither blocks nor throws.
     *
     * @param operation what was asked, such as {@code take}
     * @param outcome {@code ok}, or what went wrong, such as {@code timeout}
     * @param nanos from the question to the answer
     */
    public void redisCommand(String operation, String outcome, long nanos) {
        latency(operation).record(nanos, TimeUnit.NANOSECONDS);
        counter(new Labels(operation, outcome)).increment();
    }

    /** Shows at zero every outcome of every operation. */
    public void redisCommands(List<String> operations, List<String> outcomes) {
        for (String operation : operations) {
            latency(operation);
            outcomes.forEach(outcome -> counter(new Labels(operation, outcome)));
        }
    }

    private Timer latency(String operation) {
        Timer latency = latencies.get(operation);
        return latency != null
                ? latency
                : latencies.computeIfAbsent(
                        operation,
                        text -> Timer.builder("gateway.redis.command.duration")
                                .description("Commands to Redis, from the question to the answer or to giving up")
                                .tag("operation", text)
                                .serviceLevelObjectives(Buckets.commands())
                                .register(registry));
    }

    private Counter counter(Labels labels) {
        Counter counter = commands.get(labels);
        return counter != null
                ? counter
                : commands.computeIfAbsent(
                        labels,
                        key -> Counter.builder("gateway.redis.commands")
                                .description("Commands to Redis by outcome")
                                .tag("operation", key.operation())
                                .tag("outcome", key.outcome())
                                .register(registry));
    }

    /**
     * Shows the connection state: 1 for the one that holds, 0 for the others. Called once.
     *
     * @param states every state there is, in lower case
     * @param current the one that holds
     */
    public void state(List<String> states, Supplier<String> current) {
        for (String state : states) {
            Gauge.builder("gateway.store.state", () -> current.get().equals(state) ? 1 : 0)
                    .description("1 for the state that the connection to the shared store is in")
                    .tag("state", state)
                    .register(registry);
        }
    }

    /** Counts what was decided without asking the shared store. Called once. */
    public void nearDecisions(LongSupplier decided) {
        nearDecisions = decided;
        FunctionCounter.builder("gateway.limit.near.decisions", this, meters -> meters.nearDecisions.getAsLong())
                .description("Decisions about limits from leased permits or standing refusals, without a trip")
                .register(registry);
    }

    /** Counts what Redis has removed for want of memory. Called once. */
    public void evictions(LongSupplier keys) {
        evicted = keys;
        FunctionCounter.builder("gateway.redis.evicted.keys", this, meters -> meters.evicted.getAsLong())
                .description("Keys that Redis has removed for want of memory while this node looked")
                .register(registry);
    }

    /** Counts a value in Redis that others have written and that is not understood; the kinds are few. */
    public void notUnderstood(String kind) {
        unreadable(kind).increment();
    }

    /** Shows the kinds of such values before there is one. */
    public void notUnderstood(List<String> kinds) {
        kinds.forEach(this::unreadable);
    }

    private Counter unreadable(String kind) {
        return Counter.builder("gateway.redis.values.not.understood")
                .description("Values in Redis that others have written and that are not understood, at each reading")
                .tag("kind", kind)
                .register(registry);
    }

    /** Counts what has become of a record of a WebSocket. */
    public void socketRecord(RecordMeter.Result result) {
        Objects.requireNonNull(socketRecords.get(result), "all are there").increment();
    }

    /** Shows whether Redis tells of changes. Called once. */
    public void tracking(BooleanSupplier active) {
        Gauge.builder("gateway.tracking.active", () -> active.getAsBoolean() ? 1 : 0)
                .description("1 while Redis tells of changes at once, so that near copies are current")
                .register(registry);
    }

    /**
     * Shows by how many nodes quotas are divided, and how many the store has last told of. Called once.
     *
     * @param alive 0 while it has told of none
     */
    public void nodes(IntSupplier nodes, IntSupplier alive) {
        Gauge.builder("gateway.store.nodes.alive", alive::getAsInt)
                .description("Nodes that announce themselves in the store, as it has last told")
                .register(registry);
        Gauge.builder("gateway.store.nodes", nodes::getAsInt)
                .description("Nodes by which quotas are divided while the store is away")
                .register(registry);
    }

    /** Shows the use of the pool of connections to Redis. Called once. */
    public void pool(IntSupplier used, IntSupplier most) {
        Gauge.builder("gateway.redis.pool.used", used::getAsInt)
                .description("Connections to Redis in use")
                .register(registry);
        Gauge.builder("gateway.redis.pool.max", most::getAsInt)
                .description("Connections to Redis that may be in use at once")
                .register(registry);
    }

    /** Shows the memory of Redis in bytes as last seen; 0 where unknown or unbounded. Called once. */
    public void memory(LongSupplier used, LongSupplier most) {
        Gauge.builder("gateway.redis.memory.used", used::getAsLong)
                .description("Memory that Redis uses, as last seen")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("gateway.redis.memory.max", most::getAsLong)
                .description("Memory that Redis may use, as last seen; 0 where there is no bound")
                .baseUnit("bytes")
                .register(registry);
    }
}
