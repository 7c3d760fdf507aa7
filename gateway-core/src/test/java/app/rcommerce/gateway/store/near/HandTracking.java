package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.store.Span;
import app.rcommerce.gateway.store.Tracking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells of changes when a test says so. */
public final class HandTracking implements Tracking {

    public static final Duration BOUND = Duration.ofSeconds(1);

    private final Map<Kind, List<Consumer<String>>> listeners = new EnumMap<>(Kind.class);
    private @Nullable Span span;

    @Override
    public @Nullable Span span() {
        return span;
    }

    @Override
    public void listen(Kind kind, Consumer<String> changed) {
        listeners.computeIfAbsent(kind, added -> new ArrayList<>()).add(changed);
    }

    /** Changes are told from now on; the span holds as long as a test of some hours may take. */
    public Span begin() {
        return begin(0, Duration.ofDays(1));
    }

    /** Changes are told from now on; the span holds for the time given. */
    public Span begin(long nanos, Duration bound) {
        Span begun = new Span(nanos, bound.toNanos());
        span = begun;
        return begun;
    }

    /** Changes may be missed from now on. */
    public void end() {
        if (span != null) {
            span.end();
        }
        span = null;
    }

    /** Something has changed. */
    public void tell(Kind kind, String name) {
        listeners.getOrDefault(kind, List.of()).forEach(listener -> listener.accept(name));
    }
}
