package app.rcommerce.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A complete answer made by the gateway itself. The body's length is the content length; the caller may not change the
 * array after handing it over.
 *
 * @param status the status code
 * @param fields header fields, without framing fields such as {@code Content-Length}
 * @param body the content, possibly empty
 */
@SuppressWarnings("ArrayRecordComponent") // shared, never compared
public record Reply(int status, List<Field> fields, byte[] body) {

    public Reply {
        fields = List.copyOf(fields);
    }

    /** An answer of JSON for its caller alone, which nobody stores. */
    public static Reply json(int status, String body) {
        return new Reply(
                status,
                List.of(new Field("content-type", "application/json"), new Field("cache-control", "no-store")),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
