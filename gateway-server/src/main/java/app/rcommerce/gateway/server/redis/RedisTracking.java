package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.store.Span;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of every change of the tracked keys at every master, by {@code CLIENT TRACKING} in broadcasting mode. A span
 * lasts while all masters are tracked: were one enough for its own keys, an answer of a master that has since handed
 * its slot to one that is not tracked would be believed. Works on one event loop; {@link #span}, {@link #listen},
 * {@link #isActive} and {@link #text} are safe for any thread.
 */
final class RedisTracking implements Tracking, TrackingConnection.Owner, AutoCloseable {

    /** For how long an answer is believed after the last sign that the changes still arrive. */
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(RedisTracking.class);

    private final Link link;
    private final Clock clock;
    private final TrackingConnection.Options options;
    private final TrackedKeys keys;
    private final RedisBulletin bulletin;
    private final Map<Master, TrackingConnection> connections = new HashMap<>();
    private volatile @Nullable Span span;
    private volatile @Nullable ScheduledFuture<?> timer;
    private volatile String text = "off: not connected yet";
    private volatile boolean refused;
    private boolean told;
    private String toldOfRefusal = "";
    private boolean closed;

    RedisTracking(
            Link link, Clock clock, TrackingConnection.Options options, TrackedKeys keys, RedisBulletin bulletin) {
        this.link = link;
        this.clock = clock;
        this.options = options;
        this.keys = keys;
        this.bulletin = bulletin;
    }

    void start() {
        timer = new Chore("the look at what tells of changes", this::tick)
                .every(options.loop(), 0, TrackingConnection.TICK_MILLIS);
    }

    @Override
    public @Nullable Span span() {
        return span;
    }

    @Override
    public void listen(Kind kind, Consumer<String> changed) {
        keys.listen(kind, changed);
    }

    /** Whether near copies may believe what they hold. */
    boolean isActive() {
        Span current = span;
        return current != null && current.holds(clock.nanos());
    }

    /** Whether a server will not have it. */
    boolean isRefused() {
        return refused;
    }

    /** {@code active}, or {@code off: } and why. */
    String text() {
        return text;
    }

    private void tick() {
        if (closed) {
            return;
        }
        Set<Master> masters = new HashSet<>(link.masters());
        if (!masters.equals(connections.keySet())) {
            // Slots may have moved to or from a master that was not tracked.
            endSpan();
            connections.entrySet().removeIf(tracked -> {
                boolean gone = !masters.contains(tracked.getKey());
                if (gone) {
                    tracked.getValue().close();
                }
                return gone;
            });
            masters.forEach(master ->
                    connections.computeIfAbsent(master, added -> new TrackingConnection(added, options, this)));
        }
        Master home = link.master(options.channel());
        List.copyOf(connections.entrySet())
                .forEach(each -> each.getValue().tick(each.getKey().equals(home)));
        changed();
    }

    @Override
    public void changed() {
        if (closed) {
            return;
        }
        TrackingConnection missing = null;
        for (TrackingConnection connection : connections.values()) {
            missing = connection.isTracked() ? missing : connection;
        }
        if (missing == null && !connections.isEmpty()) {
            begin();
        } else {
            endSpan();
            refused = missing != null && missing.isRefused();
            text = "off: " + (missing == null ? "not connected yet" : missing.reason());
            tell(missing != null && missing.isRefused() ? missing.reason() : "");
        }
    }

    private void begin() {
        if (span != null) {
            return;
        }
        span = new Span(heardBy(), BOUND_NANOS);
        text = "active";
        refused = false;
        keys.allChanged();
        if (!told) {
            told = true;
            toldOfRefusal = "";
            LOG.info("redis: changes are told at once");
        }
    }

    private void endSpan() {
        Span current = span;
        span = null;
        if (current != null) {
            current.end();
        }
    }

    /** One line for each change; what a server refuses is told even where nothing was tracked before. */
    private void tell(String refusal) {
        if (told || (!refusal.isEmpty() && !refusal.equals(toldOfRefusal))) {
            told = false;
            toldOfRefusal = refusal;
            LOG.warn("redis: changes are not told, answers are remembered for near_ttl only; {}", text);
        }
    }

    private long heardBy() {
        long earliest = clock.nanos();
        for (TrackingConnection connection : connections.values()) {
            earliest = connection.heardNanos() - earliest < 0 ? connection.heardNanos() : earliest;
        }
        return earliest;
    }

    @Override
    public void heard() {
        Span current = span;
        if (current != null) {
            current.heard(heardBy());
        }
    }

    @Override
    public void invalidated(@Nullable List<?> changed) {
        if (changed == null) {
            endSpan();
            changed();
            return;
        }
        for (Object key : changed) {
            keys.changed(key.toString());
        }
    }

    @Override
    public void listening() {
        bulletin.begun();
    }

    @Override
    public void message(String line) {
        bulletin.arrived(line);
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public void close() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        endSpan();
        options.loop().execute(() -> {
            closed = true;
            connections.values().forEach(TrackingConnection::close);
            connections.clear();
        });
    }
}
