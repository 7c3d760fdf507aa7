package app.rcommerce.gateway.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.SegmentedStringWriter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of a job as the platform's code writes and reads it: {@code id} (a UUID), {@code job_type}, {@code payload},
 * {@code priority} ({@code High}, {@code Normal}, {@code Low}), {@code queue}, {@code status}, {@code attempt},
 * {@code max_attempts}, times in Unix seconds, {@code tags}, {@code metadata}, {@code timeout_secs}. It is written once
 * and stays as it is; how often a job was tried stands beside it. Stateless.
 */
public final class JobForm {

    /** The type of jobs that are requests to be forwarded. */
    public static final String WEBHOOK = "webhook";

    /** What a job must be, in words. */
    public static final String EXPECTED = "a JSON object with a payload";

    private static final int DEEPEST = 64;
    private static final int DIGEST_BYTES = 16;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(1 << 28)
                            .build())
                    .build())
            // As they are written: two numbers that are not the same must not become one.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JobForm() {}

    /** What writes a payload. */
    public interface Payload {
        /** Writes one value. */
        void write(JsonGenerator json);
    }

    /** The JSON of a job that has come in. */
    public static String write(
            String id,
            String type,
            String queue,
            Priority priority,
            long millis,
            long timeoutSeconds,
            Payload payload) {
        SegmentedStringWriter text =
                new SegmentedStringWriter(JSON.tokenStreamFactory()._getBufferRecycler());
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringProperty("id", id);
            json.writeStringProperty("job_type", type);
            json.writeName("payload");
            payload.write(json);
            json.writeStringProperty("priority", priority.platformName());
            json.writeStringProperty("queue", queue);
            json.writeStringProperty("status", "Pending");
            json.writeNumberProperty("attempt", 0);
            json.writeNumberProperty("max_attempts", 0);
            json.writeNumberProperty("created_at", millis / 1_000);
            json.writeNullProperty("scheduled_for");
            json.writeNullProperty("started_at");
            json.writeNullProperty("completed_at");
            json.writeNullProperty("worker_id");
            json.writeArrayPropertyStart("tags");
            json.writeEndArray();
            json.writeObjectPropertyStart("metadata");
            json.writeEndObject();
            json.writeNumberProperty("timeout_secs", timeoutSeconds);
            json.writeEndObject();
        }
        return text.getAndClear();
    }

    /** The JSON object that a text is; null where it is none. */
    public static @Nullable JsonNode read(@Nullable String text) {
        JsonNode root = text == null ? null : readAny(text);
        return root == null || !root.isObject() ? null : root;
    }

    /**
     * The JSON object that a content is; null where it is none. Bytes that are no text make none, since what is put in
     * their place would make one of two.
     */
    public static @Nullable JsonNode read(byte[] content) {
        try {
            JsonNode root = JSON.readTree(content);
            return root == null || !root.isObject() ? null : root;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** The JSON value that a text is; null where it is none. */
    public static @Nullable JsonNode readAny(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** What is known of a job of which only its JSON is left: that it is done, as a rule. */
    public static JobRecord ended(String id, String text) {
        JsonNode root = read(text);
        JobState state = JobState.COMPLETED;
        Priority priority = Priority.NORMAL;
        long since = 0;
        long at = 0;
        int attempts = 0;
        if (root != null) {
            String status = root.path("status").asString("");
            state = status.equalsIgnoreCase("Cancelled")
                    ? JobState.CANCELLED
                    : status.equalsIgnoreCase("Dead")
                            ? JobState.DEAD
                            : status.equalsIgnoreCase("Completed") ? JobState.COMPLETED : JobState.READY;
            Priority named = Priority.of(root.path("priority").asString(""));
            priority = named == null ? priority : named;
            since = root.path("created_at").asLong(0) * 1_000;
            at = root.path("completed_at").asLong(0) * 1_000;
            attempts = root.path("attempt").asInt(0);
        }
        boolean kept = state == JobState.READY || state == JobState.DEAD;
        return new JobRecord(id, state, priority, since, text.length(), attempts, 0, at, "", kept ? text : null);
    }

    /**
     * A name of bounded length and plain characters for a text of any: the beginning of its SHA-256, in hexadecimal.
     */
    public static String digest(String text) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
