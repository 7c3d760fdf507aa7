package app.rcommerce.gateway.server.redis.tracking;

import app.rcommerce.gateway.server.chore.Chore;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.push.PushConnection;
import app.rcommerce.gateway.store.Epoch;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription to every change of the tracked keys at every master, by {@code CLIENT TRACKING} in broadcasting
 * mode. An epoch lasts while all masters are tracked: if each master's own tracking sufficed for its keys, an answer of
 * a master that has since handed its slot to an untracked one would be trusted. Works on one event loop;
 * {@link #epoch}, {@link #listen}, {@link #isActive} and {@link #text} are safe for any thread.
 */
public final class RedisTracking implements Tracking, TrackingConnection.Owner, AutoCloseable {

    /** The time for which answers are trusted after the last proof that changes still arrive. */
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(RedisTracking.class);

    private final Link link;
    private final Clock clock;
    private final TrackingOptions options;
    private final KeyReader keys;
    private final ChannelListener channel;
    private final Map<Kind, List<Consumer<String>>> listeners = new EnumMap<>(Kind.class);
    private final Map<Master, TrackingConnection> connections = new HashMap<>();
    private volatile @Nullable Epoch epoch;
    private volatile @Nullable ScheduledFuture<?> timer;
    private volatile String text;
    private volatile boolean refused;
    private boolean told;
    private boolean wasOff;
    private String toldOfRefusal = "";
    private boolean closed;

    public RedisTracking(Link link, Clock clock, TrackingOptions options, KeyReader keys, ChannelListener channel) {
        this.link = link;
        this.clock = clock;
        this.options = options;
        this.keys = keys;
        this.channel = channel;
        this.text = "off: not connected yet, falling back to " + options.fallback();
        for (Kind kind : Kind.values()) {
            listeners.put(kind, new CopyOnWriteArrayList<>());
        }
    }

    /** Begins to connect. */
    public void start() {
        timer = new Chore("the look at what tells of changes", this::tick)
                .every(options.push().loop(), 0, PushConnection.TICK_MILLIS);
    }

    @Override
    public @Nullable Epoch epoch() {
        return epoch;
    }

    @Override
    public void listen(Kind kind, Consumer<String> changed) {
        listeners.getOrDefault(kind, List.of()).add(changed);
    }

    /** Whether near copies may trust what they hold. */
    public boolean isActive() {
        Epoch current = epoch;
        return current != null && current.holds(clock.nanos());
    }

    /** Whether a server refuses tracking. */
    public boolean isRefused() {
        return refused;
    }

    /** The state as a text: {@code active}, or {@code off: } with the reason. */
    public String text() {
        return text;
    }

    private void tick() {
        if (closed) {
            return;
        }
        Set<Master> masters = new HashSet<>(link.masters());
        if (!masters.equals(connections.keySet())) {
            // Slots may have moved to or from a master that was not tracked.
            endEpoch();
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
            endEpoch();
            refused = missing != null && missing.isRefused();
            text = "off: " + (missing == null ? "not connected yet" : missing.reason()) + ", falling back to "
                    + options.fallback();
            tellOff(missing != null && missing.isRefused() ? missing.reason() : "");
        }
    }

    private void begin() {
        if (epoch != null) {
            return;
        }
        epoch = new Epoch(heardBy(), BOUND_NANOS);
        text = "active";
        refused = false;
        // Everything may have changed; the ranges alone are told, since they are fetched and not asked for.
        tell(Kind.RANGES, "");
        if (!told) {
            told = true;
            toldOfRefusal = "";
            LOG.info("redis: CLIENT TRACKING is on{}", wasOff ? " again" : "");
            wasOff = false;
        }
    }

    private void endEpoch() {
        Epoch current = epoch;
        epoch = null;
        if (current != null) {
            current.end();
        }
    }

    /**
     * Logs that tracking is off, one line for each change; a server's refusal is logged even where nothing was tracked
     * before.
     */
    private void tellOff(String refusal) {
        if (told || (!refusal.isEmpty() && !refusal.equals(toldOfRefusal))) {
            told = false;
            toldOfRefusal = refusal;
            wasOff = true;
            LOG.warn("redis: CLIENT TRACKING is {}", text);
        }
    }

    private void tell(Kind kind, String name) {
        listeners.getOrDefault(kind, List.of()).forEach(listener -> listener.accept(name));
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
        Epoch current = epoch;
        if (current != null) {
            current.heard(heardBy());
        }
    }

    @Override
    public void invalidated(@Nullable List<?> changed) {
        if (changed == null) {
            endEpoch();
            changed();
            return;
        }
        for (Object key : changed) {
            keys.read(key.toString(), this::tell);
        }
    }

    @Override
    public void listening() {
        channel.begun().run();
    }

    @Override
    public void message(String line) {
        channel.arrived().accept(line);
    }

    @Override
    public void close() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        endEpoch();
        options.push().loop().execute(() -> {
            closed = true;
            connections.values().forEach(TrackingConnection::close);
            connections.clear();
        });
    }
}
