package app.rcommerce.gateway.session;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.time.Moments;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of a login session: an object with the user ({@code user_id}, {@code user}, {@code customer_id} or
 * {@code sub}), and where they are known the scopes ({@code scopes}, {@code permissions} or {@code scope}: a list, or a
 * text with spaces in between), the time of the login ({@code created_at}, {@code created} or {@code iat}) and the end
 * ({@code expires_at}, {@code expires} or {@code exp}), both in the forms of {@link Moments}. Stateless.
 */
public final class SessionRecord {

    /** What a record must have, in words. */
    public static final String EXPECTED = "a JSON object with user_id, and perhaps scopes, created_at and expires_at";

    private static final int DEEPEST = 16;
    private static final int LONGEST = 1 << 16;
    private static final int MOST_SCOPES = 1_000;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .build();
    private static final List<String> USER = List.of("user_id", "user", "customer_id", "sub");
    private static final List<String> SCOPES = List.of("scopes", "permissions", "scope");
    private static final List<String> CREATED = List.of("created_at", "created", "iat");
    private static final List<String> ENDS = List.of("expires_at", "expires", "exp");

    private SessionRecord() {}

    /** The session that the record at an id is; null where it is none, since others write it. */
    public static @Nullable LoginSession parse(SessionId id, String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
        JsonNode user = first(root, USER);
        if (user == null
                || !(user.isString() || user.isIntegralNumber())
                || user.asString().isEmpty()) {
            return null;
        }
        Scopes scopes = scopes(first(root, SCOPES));
        long created = moment(first(root, CREATED), 0);
        long ends = moment(first(root, ENDS), LoginSession.NO_END);
        return scopes == null || created == Moments.NONE || ends == Moments.NONE
                ? null
                : new LoginSession(id.digest(), Identifier.user(user.asString()), scopes, created, ends);
    }

    private static @Nullable JsonNode first(JsonNode root, List<String> names) {
        for (String name : names) {
            JsonNode found = root.get(name);
            if (found != null && !found.isNull()) {
                return found;
            }
        }
        return null;
    }

    /** None where there are none; null where they are something else. */
    private static @Nullable Scopes scopes(@Nullable JsonNode node) {
        if (node == null) {
            return Scopes.NONE;
        }
        if (node.isString()) {
            List<String> words = List.of(node.stringValue().strip().split(" +"));
            return Scopes.of(words.stream().filter(word -> !word.isEmpty()).toList());
        }
        if (!node.isArray() || node.size() > MOST_SCOPES) {
            return null;
        }
        List<String> listed = new ArrayList<>();
        for (JsonNode each : node) {
            if (!each.isString()) {
                return null;
            }
            listed.add(each.stringValue());
        }
        return Scopes.of(listed);
    }

    /** {@code otherwise} where there is none; {@link Moments#NONE} where it is something else. */
    private static long moment(@Nullable JsonNode node, long otherwise) {
        if (node == null) {
            return otherwise;
        }
        return node.isNumber() || node.isString() ? Moments.parse(node.asString()) : Moments.NONE;
    }

    /**
     * Writes a session as {@link #parse} reads it.
     *
     * @param user the user's id, as it is
     */
    public static String write(String user, List<String> scopes, long createdMillis) {
        ObjectNode root = JSON.createObjectNode().put("user_id", user);
        ArrayNode list = root.putArray("scopes");
        scopes.forEach(list::add);
        return root.put("created_at", Moments.format(createdMillis)).toString();
    }
}
