package app.rcommerce.gateway.config.effective;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.Sizes;
import app.rcommerce.gateway.time.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A table of settings that is being put together, in the order of the calls. For one thread. */
final class TableTree {

    private final SequencedMap<String, Object> values = new LinkedHashMap<>();

    /** Adds a value: a text, a number, a boolean, a list, a table or a {@link Hidden}; null adds nothing. */
    TableTree put(String key, @Nullable Object value) {
        if (value != null) {
            values.put(key, value);
        }
        return this;
    }

    TableTree time(String key, Duration duration) {
        return put(key, Durations.format(duration));
    }

    TableTree seconds(String key, Duration duration) {
        return duration.toMillis() % 1000 == 0 ? put(key, duration.toSeconds()) : time(key, duration);
    }

    TableTree size(String key, long bytes) {
        return put(key, Sizes.format(bytes));
    }

    TableTree word(String key, Enum<?> constant) {
        return put(key, constant.name().toLowerCase(Locale.ROOT));
    }

    TableTree texts(String key, Collection<?> elements) {
        return put(key, elements.stream().map(Object::toString).toList());
    }

    /** A list whose order means nothing, so that it is the same on every node. */
    TableTree sorted(String key, Collection<String> elements) {
        return put(key, elements.stream().sorted().toList());
    }

    TableTree urls(String key, List<String> elements) {
        return put(key, elements.stream().map(Hidden::url).toList());
    }

    /** A secret, or an empty text where there is none. */
    TableTree secret(String key, @Nullable Secret secret) {
        return put(key, secret == null ? "" : Hidden.of(secret));
    }

    TableTree table(String key, TableTree table) {
        return put(key, table.values());
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    SequencedMap<String, Object> values() {
        return Collections.unmodifiableSequencedMap(values);
    }
}
