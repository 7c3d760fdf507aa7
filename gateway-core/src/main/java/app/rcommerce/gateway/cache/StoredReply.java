package app.rcommerce.gateway.cache;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.HttpDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply in the form in which it is stored and served again. Immutable; the body is shared and never changed.
 *
 * @param path the normalised path of the request that was answered
 * @param status the status code
 * @param fields the header fields, without those that belong to one connection, one request or one delivery
 * @param body the content as it was received, content codings included
 * @param storedAtMillis when the reply left its origin as far as its age tells: {@code Age} counts from then
 * @param freshUntilMillis until when it may be used
 * @param varyNames the request fields it was chosen by: lower case, sorted, each once
 * @param shareable whether it may answer callers that present a credential
 */
@SuppressWarnings("ArrayRecordComponent") // shared, never compared
public record StoredReply(
        String path,
        int status,
        FieldList fields,
        byte[] body,
        long storedAtMillis,
        long freshUntilMillis,
        List<String> varyNames,
        boolean shareable)
        implements StoredEntry {

    public StoredReply {
        varyNames = List.copyOf(varyNames);
    }

    /** The stored form of a reply that may be stored; a {@code Date} is added where it has none (RFC 9110 §6.6.1). */
    public static StoredReply of(Freshness.Storable storable, String path, int status, Headers reply, byte[] body) {
        List<Field> fields = new ArrayList<>(StoredFields.of(reply).fields());
        if (!reply.contains("Date")) {
            fields.add(new Field("date", HttpDate.format(storable.nowMillis())));
        }
        return new StoredReply(
                path,
                status,
                new FieldList(fields),
                body,
                storable.nowMillis() - storable.ageMillis(),
                storable.nowMillis() + storable.lifetimeMillis(),
                storable.vary(),
                storable.shareable());
    }

    /** The value of {@code Age} at the given time: whole seconds, never negative (RFC 9111 §4.2.3, §5.1). */
    public long ageSeconds(long nowMillis) {
        return Math.clamp((nowMillis - storedAtMillis) / 1000, 0, CacheControl.LONGEST);
    }

    /** For how long the reply is still fresh, in milliseconds; 0 or less where it is stale. */
    public long freshMillis(long nowMillis) {
        return freshUntilMillis - nowMillis;
    }

    /**
     * The path, the status and the sizes. The fields are left out, since they may hold secrets that no log should show.
     */
    @Override
    public String toString() {
        return "StoredReply[" + status + " " + path + ", " + fields.fields().size() + " fields, " + body.length
                + " bytes]";
    }
}
