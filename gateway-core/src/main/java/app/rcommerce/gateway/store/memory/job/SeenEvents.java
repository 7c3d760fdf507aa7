package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events have come into a queue, each for its time. There are so many at most: beyond that the one that came
 * first is forgotten. Guarded by the queue.
 */
final class SeenEvents {

    private static final int MOST = 1_000_000;

    private final Map<String, SeenEvent> events = new LinkedHashMap<>();

    /** The id of the job that an event has become; null where it has not come. */
    @Nullable
    String get(String name, long nowMillis) {
        SeenEvent seen = events.get(name);
        return seen == null || seen.untilMillis() <= nowMillis ? null : seen.id();
    }

    void add(SeenEvent event, long nowMillis) {
        events.remove(event.name());
        events.put(event.name(), event);
        Iterator<SeenEvent> oldest = events.values().iterator();
        while (oldest.hasNext()) {
            if (oldest.next().untilMillis() > nowMillis && events.size() <= MOST) {
                return;
            }
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
