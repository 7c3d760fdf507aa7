package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.server.admin.operations.Operations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A response of the admin port: status, fields and content, without the framing. Immutable. */
@SuppressWarnings("ArrayRecordComponent") // shared, never compared
record AdminResponse(int status, String contentType, List<Field> fields, byte[] body) {

    AdminResponse {
        fields = List.copyOf(fields);
    }

    /** A response whose JSON content is a value of {@link Operations} or a map. */
    static AdminResponse json(int status, Object value) {
        return new AdminResponse(status, "application/json", List.of(), Json.write(value));
    }

    static AdminResponse text(String contentType, String text) {
        return new AdminResponse(200, contentType, List.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    /** A response whose content is an error in the platform's JSON form. */
    static AdminResponse error(int status, String code, String message, List<String> details) {
        ObjectNode error = Json.object();
        error.put("code", code);
        error.put("message", message);
        if (!details.isEmpty()) {
            ArrayNode list = error.putArray("details");
            details.forEach(list::add);
        }
        return json(status, Map.of("error", error));
    }

    AdminResponse with(List<Field> more) {
        List<Field> all = new ArrayList<>(fields);
        all.addAll(more);
        return new AdminResponse(status, contentType, all, body);
    }
}
