package app.rcommerce.gateway.job.forward;

import app.rcommerce.gateway.http.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A part of a request that names something: the value of a field, as {@code header:X-Event-Id}, or a value of the JSON
 * that the content is, by its pointer (RFC 6901), as {@code json:/data/id}. Immutable.
 */
public sealed interface Pick {

    /** What {@link #parse} accepts, for messages. */
    String EXPECTED = "\"header:NAME\" or \"json:/POINTER\", such as \"json:/data/id\"";

    /** The longest value that is taken: what is longer is no name. */
    int LONGEST = 512;

    /** The value; null where the request has none, or one that is no name. */
    @Nullable
    String from(Headers fields, @Nullable JsonNode content);

    /** Whether the content must be read for it. */
    boolean isOfContent();

    /** The value of a field. */
    record OfField(String name) implements Pick {
        @Override
        public @Nullable String from(Headers fields, @Nullable JsonNode content) {
            String value = fields.get(name);
            return value == null || value.isBlank() || value.length() > LONGEST ? null : value.strip();
        }

        @Override
        public boolean isOfContent() {
            return false;
        }

        @Override
        public String toString() {
            return "header:" + name;
        }
    }

    /** A text, a number or a truth value of the content. */
    record OfContent(JsonPointer pointer) implements Pick {
        @Override
        public @Nullable String from(Headers fields, @Nullable JsonNode content) {
            JsonNode value = content == null ? null : content.at(pointer);
            String text = value == null || !value.isValueNode() || value.isNull() ? "" : value.asString("");
            return text.isEmpty() || text.length() > LONGEST ? null : text;
        }

        @Override
        public boolean isOfContent() {
            return true;
        }

        @Override
        public String toString() {
            return "json:" + pointer;
        }
    }

    /** Reads a text such as {@code json:/data/id}; null where it is none. */
    static @Nullable Pick parse(String text) {
        if (text.startsWith("header:")) {
            String name = text.substring("header:".length());
            return name.matches("[A-Za-z0-9_-]{1,64}") ? new OfField(name) : null;
        }
        if (!text.startsWith("json:/") || text.length() > LONGEST) {
            return null;
        }
        try {
            return new OfContent(JsonPointer.compile(text.substring("json:".length())));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
