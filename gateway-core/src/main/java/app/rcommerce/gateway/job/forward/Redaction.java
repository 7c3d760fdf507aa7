package app.rcommerce.gateway.job.forward;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.job.JobForm;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What operators are shown of a job. Credentials in header fields are hidden, and so is every member of the content's
 * JSON and every field that a queue names, at any depth and in any letter case. Content that is no JSON is shown by its
 * size alone where a queue hides anything, since nobody can tell what stands in it. Immutable.
 */
public final class Redaction {

    /** What stands in the place of what is hidden. */
    public static final String HIDDEN = "(redacted)";

    private static final List<String> CREDENTIALS =
            List.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key");

    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final boolean hidesContent;

    /** A redaction that hides these names. */
    public Redaction(Collection<String> hidden) {
        names.addAll(hidden);
        hidesContent = !hidden.isEmpty();
    }

    /** The payload of a job of this JSON, as objects and texts; null where the job cannot be understood. */
    public @Nullable Map<String, Object> shown(@Nullable String job) {
        JsonNode json = JobForm.read(job);
        if (json == null) {
            return null;
        }
        StoredRequest request = StoredRequest.read(json);
        Map<String, Object> shown = new LinkedHashMap<>();
        if (request == null) {
            shown.put("payload", hide(json.path("payload").deepCopy()));
            return shown;
        }
        shown.put("method", request.method());
        shown.put("target", request.target());
        shown.put("fields", request.fields().stream().map(this::field).toList());
        shown.put("content", content(request.body()));
        if (!request.verified().isEmpty()) {
            shown.put("verified", request.verified());
        }
        return shown;
    }

    private List<String> field(Field field) {
        boolean hidden = names.contains(field.name())
                || CREDENTIALS.contains(field.name().toLowerCase(Locale.ROOT));
        return List.of(field.name(), hidden ? HIDDEN : field.value());
    }

    private Object content(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        JsonNode json = JobForm.readAny(text);
        if (json != null && json.isContainer()) {
            return hide(json);
        }
        return hidesContent ? body.length + " bytes" : text;
    }

    private JsonNode hide(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode below = object.path(name);
                if (names.contains(name)) {
                    object.put(name, HIDDEN);
                } else {
                    hide(below);
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(this::hide);
        }
        return node;
    }
}
