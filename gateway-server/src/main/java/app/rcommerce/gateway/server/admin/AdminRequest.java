package app.rcommerce.gateway.server.admin;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request to the admin port, of a caller that may make it. For one thread.
 *
 * @param method the method
 * @param path without the query
 * @param query its parameters
 * @param accept the field {@code Accept}; empty where there is none
 * @param content the content
 */
@SuppressWarnings("ArrayRecordComponent") // shared, never compared
record AdminRequest(String method, String path, Map<String, List<String>> query, String accept, byte[] content) {

    private static final int LONGEST_SHOWN = 64;

    /** The value of the one query parameter that the route takes. */
    String parameter(String name, String expected) {
        String value = optional(name);
        if (value == null) {
            throw RequestRefused.badValue(name, "missing", expected);
        }
        return value;
    }

    /** The parameter of the query, which may have no other; null where it has none. */
    @Nullable
    String optional(String name) {
        for (String given : query.keySet()) {
            if (!given.equals(name)) {
                throw RequestRefused.badValue("query", quoted(given), "the parameter " + name + " alone");
            }
        }
        List<String> values = query.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw RequestRefused.badValue(name, values.size() + " values", "one");
        }
        return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
    }

    /** The parameter of the query, which may have at most one, of these names; null where it has none. */
    Map.@Nullable Entry<String, String> optional(String one, String other) {
        if (query.isEmpty()) {
            return null;
        }
        String given = query.keySet().iterator().next();
        String known = given.equals(other) ? other : one;
        if (query.size() > 1) {
            throw RequestRefused.badValue("query", query.size() + " parameters", "one of " + one + " and " + other);
        }
        String value = optional(known);
        return value == null ? null : Map.entry(known, value);
    }

    /** The parameters of the query, each once, which may have no other names than these. */
    Map<String, String> parameters(Set<String> names) {
        Map<String, String> given = new LinkedHashMap<>();
        query.forEach((name, values) -> {
            if (!names.contains(name)) {
                throw RequestRefused.badValue("query", quoted(name), String.join(", ", new TreeSet<>(names)));
            }
            if (values.size() > 1) {
                throw RequestRefused.badValue(name, values.size() + " values", "one");
            }
            if (!values.isEmpty() && !values.getFirst().isEmpty()) {
                given.put(name, values.getFirst());
            }
        });
        return given;
    }

    /** What stands behind the last slash of the path. */
    String lastSegment() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The members of the JSON content, which may have no other names than these. */
    Members members(String... names) {
        if (!query.isEmpty()) {
            throw RequestRefused.badValue(
                    "query", quoted(query.keySet().iterator().next()), "no parameters");
        }
        ObjectNode object = Json.parse(content);
        Set<String> known = new HashSet<>(Arrays.asList(names));
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw RequestRefused.badValue("content", "a member " + quoted(name), String.join(", ", names));
            }
        }
        return new Members(object);
    }

    /** A value of the request as messages show it: quoted, cut, and without control characters. */
    static String quoted(String value) {
        String shown = value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "…";
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    /** The members of a JSON object; JSON null counts as absent. */
    record Members(ObjectNode object) {

        @Nullable
        String text(String name) {
            JsonNode node = object.get(name);
            if (node == null || node.isNull()) {
                return null;
            }
            if (!node.isString()) {
                throw RequestRefused.badValue(name, Json.kind(node), "a text");
            }
            return node.stringValue();
        }

        /** The member of this name; null where there is the other one instead. There must be one of them. */
        @Nullable
        String oneOf(String name, String other) {
            String value = text(name);
            boolean isOther = text(other) != null;
            if ((value == null) != isOther) {
                throw RequestRefused.badValue(
                        "content", isOther ? "both" : "neither", "one of " + name + " and " + other);
            }
            return value;
        }

        /** The texts of a JSON object by their names; none where it is absent. */
        Map<String, String> texts(String name) {
            JsonNode node = object.get(name);
            Map<String, String> texts = new LinkedHashMap<>();
            if (node == null || node.isNull()) {
                return texts;
            }
            if (!node.isObject()) {
                throw RequestRefused.badValue(name, Json.kind(node), "an object of texts");
            }
            node.forEachEntry((key, value) -> {
                if (!value.isString()) {
                    throw RequestRefused.badValue(name + "." + quoted(key), Json.kind(value), "a text");
                }
                texts.put(key, value.stringValue());
            });
            return texts;
        }

        boolean flag(String name) {
            JsonNode node = object.get(name);
            if (node == null || node.isNull()) {
                return false;
            }
            if (!node.isBoolean()) {
                throw RequestRefused.badValue(name, Json.kind(node), "true or false");
            }
            return node.booleanValue();
        }
    }
}
