package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events have come into a queue, each for its time. They have so many bytes at most: beyond that the one that
 * came first is forgotten. Guarded by the queue.
 */
final class SeenEvents {

    /** What an event has beside its name, in bytes: the id of its job, its record and its place in the map. */
    private static final int BESIDE_ITS_NAME = 256;

    private final long mostBytes;
    private long bytes;

    private final Map<String, SeenEvent> events = new LinkedHashMap<>();

    SeenEvents(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    private static long cost(SeenEvent event) {
        return BESIDE_ITS_NAME + 2L * event.name().length();
    }

    /** The id of the job that an event has become; null where it has not come. */
    @Nullable
    String get(String name, long nowMillis) {
        SeenEvent seen = events.get(name);
        return seen == null || seen.untilMillis() <= nowMillis ? null : seen.id();
    }

    void add(SeenEvent event, long nowMillis) {
        SeenEvent before = events.remove(event.name());
        bytes += cost(event) - (before == null ? 0 : cost(before));
        events.put(event.name(), event);
        Iterator<SeenEvent> oldest = events.values().iterator();
        while (oldest.hasNext()) {
            SeenEvent first = oldest.next();
            if (first.untilMillis() > nowMillis && (bytes <= mostBytes || events.size() == 1)) {
                return;
            }
            bytes -= cost(first);
            oldest.remove();
        }
    }

    /** All that are remembered, the one that came first before others. */
    List<SeenEvent> all(long nowMillis) {
        return events.values().stream()
                .filter(event -> event.untilMillis() > nowMillis)
                .toList();
    }
}
