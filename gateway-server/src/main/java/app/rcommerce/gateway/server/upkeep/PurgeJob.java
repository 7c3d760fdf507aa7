package app.rcommerce.gateway.server.upkeep;

import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.route.PathPattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * The payload of a job that removes stored replies: {@code {"path": "/api/v1/products/**"}} or {@code {"all": true}}.
 * Immutable.
 *
 * @param paths the paths of the replies; null for all
 */
public record PurgeJob(@Nullable PathPattern paths) implements JobForm.Payload {

    /** The type of such jobs. */
    public static final String TYPE = "purge";

    /** What a job must be, in words. */
    public static final String EXPECTED =
            "a job of the type purge, whose payload has a path such as \"/api/v1/products/**\", or all: true";

    @Override
    public void write(JsonGenerator json) {
        json.writeStartObject();
        if (paths == null) {
            json.writeBooleanProperty("all", true);
        } else {
            json.writeStringProperty("path", paths.toString());
        }
        json.writeEndObject();
    }

    /** The purge that a job is; null where it is none. */
    public static @Nullable PurgeJob read(JsonNode job) {
        JsonNode payload = job.path("payload");
        if (!job.path("job_type").asString("").equals(TYPE)) {
            return null;
        }
        boolean all = payload.path("all").asBoolean(false);
        JsonNode path = payload.path("path");
        if (!path.isString()) {
            return all ? new PurgeJob(null) : null;
        }
        PathPattern paths = PathPattern.parse(path.asString());
        return all || paths == null ? null : new PurgeJob(paths);
    }
}
