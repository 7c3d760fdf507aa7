package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.Written;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is told of values that others have written and that are not understood: each is counted, and logged once for
 * each key and value. Safe for any thread.
 */
public final class Unreadable {

    /** The kinds of values that others write. */
    public static final List<String> KINDS = List.of("block", "range", "cutoff", "session", "socket");

    private static final Logger LOG = LoggerFactory.getLogger(Unreadable.class);
    private static final int MOST_REMEMBERED = 1_000;

    private final Consumer<String> count;
    /** The values that have been logged last, by their keys. */
    private final Map<String, Integer> told = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** A teller that hands the kind of each such value to this counter. */
    public Unreadable(Consumer<String> count) {
        this.count = count;
    }

    /**
     * Tells of a value.
     *
     * @param kind one of {@link #KINDS}
     * @param key where it stands
     * @param value what stands there; null where that is no text
     * @param consequence what follows, and what would have been understood
     */
    void found(String kind, String key, @Nullable String value, String consequence) {
        count.accept(kind);
        synchronized (told) {
            Integer hash = Objects.hashCode(value);
            if (hash.equals(told.put(key, hash))) {
                return;
            }
        }
        LOG.warn(
                "redis: {} holds {}: {}",
                Written.quoted(key),
                value == null ? "no text" : Written.quoted(value),
                consequence);
    }
}
