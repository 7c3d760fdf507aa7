package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rule which fields of a reply are stored with it (RFC 9111 §3.1). Fields that the reply's {@code Connection} names
 * are removed where the reply enters the gateway, before it comes here.
 */
final class StoredFields {

    private StoredFields() {}

    static FieldList of(Headers reply) {
        List<Field> fields = new ArrayList<>();
        reply.forEach((name, value) -> {
            if (mayBeStored(name.toLowerCase(Locale.ROOT))) {
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
