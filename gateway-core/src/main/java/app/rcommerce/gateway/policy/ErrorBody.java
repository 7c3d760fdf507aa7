package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the bodies of error replies: the platform's {@code {"error": {…}}}, or a problem document (RFC 9457) for those
 * who accept {@code application/problem+json}. Pure; any thread.
 */
public final class ErrorBody {

    /** The media type of the platform's shape. */
    public static final String JSON = "application/json";

    /** The media type of RFC 9457. */
    public static final String PROBLEM_JSON = "application/problem+json";

    /** The problem type that the RateLimit fields draft registers. */
    private static final String QUOTA_EXCEEDED_TYPE = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    /** Members that only some denials have. */
    public record Extras(long retryAfterSeconds, List<String> violatedPolicies) {}

    static final Extras NO_EXTRAS = new Extras(0, List.of());

    private static final String RANGE = "(?i)(?:^|,)[ \\t]*application/problem\\+json[ \\t]*";
    private static final Pattern ACCEPTED = Pattern.compile(RANGE + "(?:[;,]|$)");
    /** The media range with a weight of 0 (RFC 9110 §12.4.2). */
    private static final Pattern REFUSED = Pattern.compile(RANGE + ";[ \\t]*q=0(?:\\.0*)?[ \\t]*(?:,|$)");

    private static final JsonFactory FACTORY = new JsonFactory();

    private ErrorBody() {}

    /** Whether the caller names {@code application/problem+json} among what it accepts. */
    public static boolean prefersProblem(Headers headers) {
        String accept = headers.joined("accept");
        // Errors are rare, those that name the type rarer still: the usual answer costs one look.
        return accept != null
                && ACCEPTED.matcher(accept).find()
                && !REFUSED.matcher(accept).find();
    }

    /** The body of a denial outside of any call: where a request was too broken to begin one. */
    public static byte[] plain(Denial denial, String requestId) {
        return write(false, denial, denial.message(), requestId, NO_EXTRAS);
    }

    static byte[] write(boolean problem, Denial denial, String text, String requestId, Extras extras) {
        return problem
                ? problem(denial, text, requestId, extras)
                : usual(denial, text, requestId, extras.retryAfterSeconds());
    }

    /**
     * The platform's shape, with which floods are refused: put together as a text, since a generator is many objects
     * for four members. Measured by {@code ErrorBodyBenchmark}.
     */
    private static byte[] usual(Denial denial, String text, String requestId, long retryAfterSeconds) {
        StringBuilder json = new StringBuilder(256).append("{\"error\":{\"code\":\"");
        append(json, denial.code());
        json.append("\",\"message\":\"");
        append(json, text);
        json.append('"');
        if (retryAfterSeconds > 0) {
            json.append(",\"retry_after\":").append(retryAfterSeconds);
        }
        json.append(",\"request_id\":\"");
        append(json, requestId);
        return json.append("\"}}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Appends what stands between the quotation marks of a string. */
    private static void append(StringBuilder json, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                JsonStringEncoder.getInstance().quoteAsString(text, json);
                return;
            }
        }
        json.append(text);
    }

    private static byte[] problem(Denial denial, String text, String requestId, Extras extras) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            writeProblem(json, denial, text, requestId, extras);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void writeProblem(JsonGenerator json, Denial denial, String text, String requestId, Extras extras) {
        boolean quota = !extras.violatedPolicies().isEmpty();
        json.writeStringProperty("type", quota ? QUOTA_EXCEEDED_TYPE : "about:blank");
        json.writeStringProperty(
                "title", quota ? "Request cannot be satisfied as assigned quota has been exceeded" : denial.message());
        json.writeNumberProperty("status", denial.status());
        json.writeStringProperty("detail", text);
        json.writeStringProperty("code", denial.code());
        if (quota) {
            json.writeName("violated-policies");
            json.writeStartArray();
            extras.violatedPolicies().forEach(json::writeString);
            json.writeEndArray();
        }
        if (extras.retryAfterSeconds() > 0) {
            json.writeNumberProperty("retry_after", extras.retryAfterSeconds());
        }
        json.writeStringProperty("request_id", requestId);
    }
}
