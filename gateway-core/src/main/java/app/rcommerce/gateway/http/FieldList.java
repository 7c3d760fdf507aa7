package app.rcommerce.gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** {@link Headers} over a plain list of field lines, for stored replies and requests, and for tests. Immutable. */
public record FieldList(List<Field> fields) implements Headers {

    public FieldList {
        fields = List.copyOf(fields);
    }

    /** A list of fields, given as names and values in turn. */
    public static FieldList of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "fields: " + namesAndValues.length + " strings (expected: an even number)");
        }
        List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new FieldList(fields);
    }

    @Override
    public @Nullable String get(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    @Override
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    @Override
    public void forEach(BiConsumer<String, String> visitor) {
        fields.forEach(field -> visitor.accept(field.name(), field.value()));
    }
}
