package app.rcommerce.gateway.store.memory.job;

import app.rcommerce.gateway.job.NewJob;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which events have come into a queue, each for its time. There are so many at most: beyond that the one that came
 * first is forgotten. Guarded by the queue.
 */
final class SeenEvents {

    private static final int MOST = 1_000_000;

    private record Seen(String id, long untilMillis) {}

    private final Map<String, Seen> events = new LinkedHashMap<>();

    /** The id of the job that an event has become; null where it has not come. */
    @Nullable
    String get(String name, long nowMillis) {
        Seen seen = events.get(name);
        return seen == null || seen.untilMillis() <= nowMillis ? null : seen.id();
    }

    void add(NewJob.Event event, String id, long nowMillis) {
        events.remove(event.name());
        events.put(event.name(), new Seen(id, nowMillis + event.remembered().toMillis()));
        Iterator<Seen> oldest = events.values().iterator();
        while (oldest.hasNext()) {
            if (oldest.next().untilMillis() > nowMillis && events.size() <= MOST) {
                return;
            }
            oldest.remove();
        }
    }
}
