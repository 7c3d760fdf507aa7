package app.rcommerce.gateway.server.metrics.events;

import app.rcommerce.gateway.server.exchange.events.EventsMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The meters of topics on this node, all of them at zero from the start. Safe for any thread. */
public final class EventMeters implements EventsMeter {

    /** What is counted of clients of one kind. */
    private static final class OfKind {
        final LongAdder clients = new LongAdder();
        final LongAdder messages = new LongAdder();
        final LongAdder bytes = new LongAdder();
    }

    private final Map<Kind, OfKind> kinds = new EnumMap<>(Kind.class);
    private final Map<Dropped, Counter> dropped = new EnumMap<>(Dropped.class);
    private final Map<Recovery, Counter> recoveries = new EnumMap<>(Recovery.class);
    private final LongAdder subscriptions = new LongAdder();
    private final LongAdder topics = new LongAdder();
    private final Counter heard;
    private final Counter published;
    private final Counter resets;
    private volatile LongSupplier lost = () -> 0;

    /** Meters at zero. */
    public EventMeters(MeterRegistry registry) {
        for (Kind kind : Kind.values()) {
            OfKind of = new OfKind();
            kinds.put(kind, of);
            String name = kind.name().toLowerCase(Locale.ROOT);
            Gauge.builder("gateway.events.clients", of, one -> one.clients.sum())
                    .description("Clients that are connected to hear topics")
                    .tag("kind", name)
                    .register(registry);
            FunctionCounter.builder("gateway.events.delivered", of, one -> one.messages.sum())
                    .description("Messages of topics that were written for clients, each once for each client")
                    .tag("kind", name)
                    .register(registry);
            FunctionCounter.builder("gateway.events.delivered.bytes", of, one -> one.bytes.sum())
                    .description("Bytes of these messages")
                    .tag("kind", name)
                    .register(registry);
        }
        Gauge.builder("gateway.events.subscriptions", subscriptions, LongAdder::sum)
                .description("Topics that clients hear, each once for each client")
                .register(registry);
        Gauge.builder("gateway.events.topics", topics, LongAdder::sum)
                .description("Topics that clients of this node hear")
                .register(registry);
        Gauge.builder("gateway.events.topics.lost", this, self -> self.lost.getAsLong())
                .description("Topics of which clients of this node may miss messages at the moment")
                .register(registry);
        for (Dropped why : Dropped.values()) {
            dropped.put(
                    why,
                    Counter.builder("gateway.events.dropped")
                            .description("Clients that were ended because too much waited for them")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        for (Recovery result : Recovery.values()) {
            recoveries.put(
                    result,
                    Counter.builder("gateway.events.recoveries")
                            .description("Topics to which clients came back with a position")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        heard = counter(registry, "gateway.events.heard", "Messages that this node has heard on topics");
        published = counter(registry, "gateway.events.published", "Messages that were published by way of this node");
        resets = counter(
                registry, "gateway.events.resets", "Times a client that was connected was told of a gap in a topic");
    }

    private static Counter counter(MeterRegistry registry, String name, String what) {
        return Counter.builder(name).description(what).register(registry);
    }

    /** Says where the number of topics can be had of which messages may be missed. */
    public void lost(LongSupplier topicsLost) {
        lost = topicsLost;
    }

    private OfKind of(Kind kind) {
        return Objects.requireNonNull(kinds.get(kind), "every kind is counted");
    }

    @Override
    public void clients(Kind kind, int change) {
        of(kind).clients.add(change);
    }

    @Override
    public void subscriptions(int change) {
        subscriptions.add(change);
    }

    @Override
    public void topics(int change) {
        topics.add(change);
    }

    @Override
    public void heard(int messages) {
        heard.increment(messages);
    }

    @Override
    public void published() {
        published.increment();
    }

    @Override
    public void delivered(Kind kind, int messages, long bytes) {
        of(kind).messages.add(messages);
        of(kind).bytes.add(bytes);
    }

    @Override
    public void dropped(Dropped why) {
        Objects.requireNonNull(dropped.get(why)).increment();
    }

    @Override
    public void recovery(Recovery result) {
        Objects.requireNonNull(recoveries.get(result)).increment();
    }

    @Override
    public void reset(int clients) {
        if (clients > 0) {
            resets.increment(clients);
        }
    }
}
