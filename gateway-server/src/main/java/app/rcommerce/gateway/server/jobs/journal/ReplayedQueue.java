package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.store.memory.job.JobImage;
import app.rcommerce.gateway.store.memory.job.QueueImage;
import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A queue as the entries of its journal, one after the other, make it. Confined to a thread. */
final class ReplayedQueue {

    private final Map<String, JobImage> jobs = new LinkedHashMap<>();
    private final Map<String, SeenEvent> events = new LinkedHashMap<>();
    private boolean paused;

    void take(Entry entry) {
        switch (entry) {
            case Entry.Added(JobImage job) -> jobs.put(job.id(), job);
            case Entry.Changed(String id, JobImage.Life life) ->
                jobs.computeIfPresent(id, (same, job) -> job.with(life));
            case Entry.Gone(String id) -> jobs.remove(id);
            case Entry.Seen(SeenEvent event) -> {
                events.remove(event.name());
                events.put(event.name(), event);
            }
            case Entry.Paused(boolean isPaused) -> paused = isPaused;
        }
    }

    QueueImage image() {
        return new QueueImage(new ArrayList<>(jobs.values()), List.copyOf(events.values()), paused);
    }

    /** The entries that make this queue out of nothing. */
    static Iterator<Entry> entries(QueueImage image) {
        Stream<Entry> events = image.events().stream().map(Entry.Seen::new);
        Stream<Entry> jobs = image.jobs().stream().map(Entry.Added::new);
        return Stream.concat(Stream.of(new Entry.Paused(image.isPaused())), Stream.concat(events, jobs))
                .iterator();
    }
}
