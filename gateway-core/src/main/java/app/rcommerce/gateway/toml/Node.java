package app.rcommerce.gateway.toml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A TOML value with its position: that of its key, of its table's header, or, inside of an array, of the value itself.
 * Immutable.
 */
public sealed interface Node {

    /** The position of the value. */
    Position position();

    /**
     * A table, inline or not.
     *
     * @param entries by key, in the order of the file
     */
    record Table(Position position, SequencedMap<String, Node> entries) implements Node {
        public Table {
            entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
        }
    }

    /** An array, or an array of tables. */
    record Array(Position position, List<Node> elements) implements Node {
        public Array {
            elements = List.copyOf(elements);
        }
    }

    /** A string. */
    record Text(Position position, String value) implements Node {}

    /** An integer. */
    record Whole(Position position, long value) implements Node {}

    /** A floating point number. */
    record Decimal(Position position, double value) implements Node {}

    /** A boolean. */
    record Flag(Position position, boolean value) implements Node {}

    /** A date, a time or both, as TOML writes it. */
    record Moment(Position position, String value) implements Node {}
}
