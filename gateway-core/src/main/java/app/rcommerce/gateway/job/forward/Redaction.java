package app.rcommerce.gateway.job.forward;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.job.JobForm;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What operators are shown of a job. Credentials in header fields are hidden, and so is every member of the content's
 * JSON, every parameter of the query and every field that a queue names, at any depth and in any letter case. Content
 * that is no JSON is shown by its size alone where a queue hides anything, since nobody can tell what stands in it.
 * Immutable.
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
            shown.put("payload", unread(json.path("payload")));
            return shown;
        }
        shown.put("method", request.method());
        shown.put("target", target(request.target()));
        shown.put("fields", request.fields().stream().map(this::field).toList());
        shown.put("content", content(request.body()));
        if (!request.verified().isEmpty()) {
            shown.put("verified", request.verified());
        }
        return shown;
    }

    /** A payload that is no request: the parts of it that look like those of one are hidden as there. */
    private Object unread(JsonNode payload) {
        if (payload instanceof ObjectNode object) {
            Map<String, Object> parts = new LinkedHashMap<>();
            object.forEachEntry((name, part) -> parts.put(name, names.contains(name) ? HIDDEN : part(name, part)));
            return parts;
        }
        return payload.isString()
                ? content(payload.asString().getBytes(StandardCharsets.UTF_8))
                : hide(payload.deepCopy());
    }

    private Object part(String name, JsonNode part) {
        if (name.equals("fields") && part.isArray()) {
            List<Object> fields = new ArrayList<>();
            part.forEach(pair -> fields.add(
                    field(new Field(pair.path(0).asString(""), pair.path(1).asString("")))));
            return fields;
        }
        if (part.isString()) {
            String text = part.asString();
            return name.equals("target") ? target(text) : content(text.getBytes(StandardCharsets.UTF_8));
        }
        return hide(part.deepCopy());
    }

    private String target(String target) {
        int query = target.indexOf('?');
        if (query < 0 || names.isEmpty()) {
            return target;
        }
        return target.substring(0, query + 1)
                + Arrays.stream(target.substring(query + 1).split("&", -1))
                        .map(this::parameter)
                        .collect(Collectors.joining("&"));
    }

    private String parameter(String parameter) {
        int equals = parameter.indexOf('=');
        return equals >= 0 && isHidden(parameter.substring(0, equals))
                ? parameter.substring(0, equals + 1) + HIDDEN
                : parameter;
    }

    /** Whether the name of a parameter has a hidden one in it, such as {@code order[card]}, however it is written. */
    private boolean isHidden(String written) {
        String name;
        try {
            name = URLDecoder.decode(written, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return true;
        }
        return names.contains(name) || Arrays.stream(name.split("[\\[\\].]")).anyMatch(names::contains);
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
