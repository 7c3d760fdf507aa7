package app.rcommerce.gateway.job;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to be put into a queue. Immutable.
 *
 * @param id a UUID that no other job has
 * @param priority when it is worked on, among others
 * @param text its JSON, in the form of {@link JobForm}
 * @param delay how long it waits at least before it is worked on
 * @param order jobs of the same order are worked on one behind the other, as they came in; null for a job that waits
 *     for none
 * @param event what its producer calls it; null where it has no name
 */
public record NewJob(
        String id,
        Priority priority,
        String text,
        Duration delay,
        @Nullable String order,
        @Nullable Event event) {

    /**
     * What a producer calls a job: a second one of the same name is not taken.
     *
     * @param name the name, such as the id of a provider's event
     * @param remembered for how long
     */
    public record Event(String name, Duration remembered) {}

    /** How many bytes its text has in UTF-8. */
    public int size() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
