package app.rcommerce.gateway.job.forward;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.job.JobForm;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A condition on the request that a job is, such as {@code json:/type=payment.failed} or {@code header:X-Topic=orders}.
 * Immutable.
 *
 * @param part what is looked at
 * @param value what it must be
 */
public record JobFilter(Pick part, String value) {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED = "header:NAME=VALUE or json:/POINTER=VALUE, such as json:/type=payment.failed";

    /** Reads a condition; null where the text is none. */
    public static @Nullable JobFilter parse(String text) {
        int equals = text.indexOf('=');
        Pick part = equals < 0 ? null : Pick.parse(text.substring(0, equals));
        return part == null ? null : new JobFilter(part, text.substring(equals + 1));
    }

    /** Whether the job of this JSON meets it. */
    public boolean test(@Nullable String job) {
        JsonNode json = JobForm.read(job);
        StoredRequest request = json == null ? null : StoredRequest.read(json);
        if (request == null) {
            return false;
        }
        JsonNode content = part.isOfContent() ? JobForm.read(request.body()) : null;
        return value.equals(part.from(new FieldList(request.fields()), content));
    }
}
