package app.rcommerce.gateway.topic.message;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** What is published on a topic as clients are given it. Pure; any thread. */
public final class Published {

    /** Deeper JSON is taken for a text, since clients may not be able to read it. */
    public static final int DEEPEST = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private Published() {}

    /** The text as JSON: as it is where it is one JSON value, else as a JSON string. */
    public static String json(String data) {
        return isJson(data) ? data : quoted(data);
    }

    /** Whether the text is one JSON value (RFC 8259), of {@link #DEEPEST} levels at most. */
    public static boolean isJson(String data) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), data)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    /** The text as a JSON string. */
    public static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        return json.append('"').toString();
    }
}
