package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rule which fields of a reply are stored with it (RFC 9111 §3.1, RFC 9110 §7.6.1). */
final class StoredFields {

    private StoredFields() {}

    static FieldList of(Headers reply) {
        Set<String> named = new HashSet<>();
        for (String line : reply.all("Connection")) {
            for (String name : line.split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        named.removeIf(name -> !FieldClasses.isRemovable(name));
        List<Field> fields = new ArrayList<>();
        reply.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (mayBeStored(lower) && !named.contains(lower)) {
                fields.add(new Field(name, value));
            }
        });
        return new FieldList(fields);
    }

    /** Whether a field of this name in lower case may stand in a stored reply. */
    static boolean mayBeStored(String lower) {
        return FieldClasses.isStored(lower);
    }
}
