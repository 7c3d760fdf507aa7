package app.rcommerce.gateway.server.refusals;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Refused requests as operators are shown them. Pure functions. */
final class Decisions {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Decisions() {}

    /**
     * The members of the request's line of the access log, the node, and the time from which a refusal for a time holds
     * no more. Null where the line is none: anyone who may write to the store can have sent it.
     */
    static @Nullable Map<String, Object> of(RefusalSearch.Found found) {
        JsonNode line;
        try {
            line = JSON.readTree(found.line());
        } catch (JacksonException e) {
            return null;
        }
        if (!line.isObject()) {
            return null;
        }
        Map<String, Object> members = new LinkedHashMap<>();
        line.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        members.put("node", found.node());
        Instant at = time(line.path("time").asString(""));
        if (at != null && line.path("retry_after").isInt()) {
            members.put(
                    "until", at.plusSeconds(line.path("retry_after").intValue()).toString());
        }
        return members;
    }

    private static @Nullable Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
