package app.rcommerce.gateway.server.message;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.List;

/**
 * The lines of a field (RFC 9110 §5.2). Unlike Netty's own list it is made only where the field is there more than
 * once: most of the fields that each request is searched for are not there. Stateless.
 */
public final class FieldLines {

    private FieldLines() {}

    /** The values of all lines with this name, in any case, in their order; not to be changed. */
    public static List<String> of(HttpHeaders fields, CharSequence name) {
        Iterator<? extends CharSequence> values = fields.valueCharSequenceIterator(name);
        if (!values.hasNext()) {
            return List.of();
        }
        String first = values.next().toString();
        // The iterator goes through several in an order of its own.
        return values.hasNext() ? List.copyOf(fields.getAll(name)) : List.of(first);
    }
}
