package app.rcommerce.gateway.http;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A read-only view of a message's header fields (RFC 9110 §5). Names are compared without regard to case. Used by one
 * thread at a time, the event loop of its connection.
 */
public interface Headers {

    /** The first value of the field, or null where the message does not carry it. */
    @Nullable
    String get(String name);

    /** Every value of the field, one a field line, in order; empty where the message does not carry it. */
    List<String> all(String name);

    /** Calls {@code visitor} with the name and the value of each field line, in order. */
    void forEach(BiConsumer<String, String> visitor);

    /** Whether the message carries the field at all. */
    default boolean contains(String name) {
        return get(name) != null;
    }

    /** The field's lines joined with {@code ", "} as RFC 9110 §5.3 allows for lists, or null where there are none. */
    default @Nullable String joined(String name) {
        List<String> values = all(name);
        return switch (values.size()) {
            case 0 -> null;
            case 1 -> values.getFirst();
            default -> String.join(", ", values);
        };
    }
}
