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
        if (line.path("retry_after").isInt()) {
            String until = later(
                    line.path("time").asString(""), line.path("retry_after").intValue());
            if (until != null) {
                members.put("until", until);
            }
        }
        return members;
    }

    /** The time so many seconds later; null where the text is no time, or no time is that late. */
    private static @Nullable String later(String time, int seconds) {
        try {
            return Instant.parse(time).plusSeconds(seconds).toString();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
