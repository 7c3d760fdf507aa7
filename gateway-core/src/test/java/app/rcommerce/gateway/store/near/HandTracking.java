package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.store.Epoch;
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
    private @Nullable Epoch epoch;

    @Override
    public @Nullable Epoch epoch() {
        return epoch;
    }

    @Override
    public void listen(Kind kind, Consumer<String> changed) {
        listeners.computeIfAbsent(kind, added -> new ArrayList<>()).add(changed);
    }

    /** Changes are told from now on; the epoch holds as long as a test of some hours may take. */
    public Epoch begin() {
        return begin(0, Duration.ofDays(1));
    }

    /** Changes are told from now on; the epoch holds for the time given. */
    public Epoch begin(long nanos, Duration bound) {
        Epoch begun = new Epoch(nanos, bound.toNanos());
        epoch = begun;
        return begun;
    }

    /** Changes may be missed from now on. */
    public void end() {
        if (epoch != null) {
            epoch.end();
        }
        epoch = null;
    }

    /** Something has changed. */
    public void tell(Kind kind, String name) {
        listeners.getOrDefault(kind, List.of()).forEach(listener -> listener.accept(name));
    }
}
