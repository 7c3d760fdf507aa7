package app.rcommerce.gateway.topic.message;

import app.rcommerce.gateway.topic.LastSeen;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.message.ClientMessage.Form;
import app.rcommerce.gateway.topic.message.ClientMessage.Malformed;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The reader of what clients of topics send: the short form, such as {@code {"subscribe": "orders", "since":
 * "k3f9a1.7"}}, and the platform's, in which the same stands in {@code payload}. Members that it does not know are
 * skipped. Pure; any thread.
 */
public final class ClientMessages {

    /** The longest message, in bytes. */
    public static final int LONGEST = 16 * 1024;

    private static final int DEEPEST = 8;
    private static final int LONGEST_ID = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(100)
                    .maxStringLength(LONGEST)
                    .build())
            .build();

    /** What has been found in a message so far. */
    private static final class Found {
        private @Nullable String kind;
        private @Nullable String value;
        private @Nullable String since;
        private @Nullable String messageType;
        private @Nullable String messageId;
        private @Nullable String payloadType;
        private @Nullable String topic;
        private int kinds;

        void kind(String name, String text) {
            kinds++;
            kind = name;
            value = text;
        }

        Form form() {
            return messageId == null ? Form.SHORT : new Form(messageId);
        }
    }

    private ClientMessages() {}

    /** Reads a message; never throws. */
    public static ClientMessage read(String text) {
        Found found = new Found();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Malformed(Form.SHORT, "a message is a JSON object");
            }
            String fault = members(parser, found);
            if (fault != null) {
                return new Malformed(found.form(), fault);
            }
            if (parser.nextToken() != null) {
                return new Malformed(found.form(), "a message is one JSON object");
            }
        } catch (JacksonException e) {
            return new Malformed(found.form(), "no JSON, or too deep (expected: " + DEEPEST + " levels at most)");
        }
        return found.messageType != null || found.messageId != null ? platforms(found) : shortForm(found);
    }

    private static @Nullable String members(JsonParser parser, Found found) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "subscribe", "unsubscribe", "presence", "token" -> {
                    if (value != JsonToken.VALUE_STRING) {
                        return name + " is a text";
                    }
                    found.kind(name, parser.getString());
                }
                case "since" -> {
                    if (value != JsonToken.VALUE_STRING && value != JsonToken.VALUE_NULL) {
                        return "since is a position, such as \"k3f9a1.1042\"";
                    }
                    found.since = value == JsonToken.VALUE_NULL ? null : parser.getString();
                }
                case "message_type" -> found.messageType = text(parser, value);
                case "message_id" -> {
                    String id = text(parser, value);
                    if (id == null || !isId(id)) {
                        return "message_id is a text of 1 to " + LONGEST_ID + " visible ASCII characters";
                    }
                    found.messageId = id;
                }
                case "payload" -> payload(parser, value, found);
                default -> parser.skipChildren();
            }
        }
        return null;
    }

    private static void payload(JsonParser parser, JsonToken begin, Found found) {
        if (begin != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "type" -> found.payloadType = text(parser, value);
                case "data" -> data(parser, value, found);
                default -> parser.skipChildren();
            }
        }
    }

    private static void data(JsonParser parser, JsonToken begin, Found found) {
        if (begin != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "topic", "token" -> found.topic = text(parser, value);
                case "since" -> found.since = text(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        parser.skipChildren();
        return null;
    }

    private static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_ID && text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    private static ClientMessage shortForm(Found found) {
        String kind = found.kind;
        String value = found.value;
        if (kind == null || value == null || found.kinds != 1) {
            return new Malformed(
                    Form.SHORT, "a message has one of subscribe, unsubscribe, presence and token, and no second one");
        }
        return of(Form.SHORT, kind, value, found.since);
    }

    private static ClientMessage platforms(Found found) {
        Form form = found.form();
        if (found.messageId == null) {
            return new Malformed(form, "a message of this form has a message_id");
        }
        String type = found.messageType;
        String value = found.topic;
        if (type == null || !isKind(type) || !type.equalsIgnoreCase(found.payloadType)) {
            return new Malformed(
                    form,
                    "message_type is subscribe, unsubscribe, presence or token, and payload.type the same with a capital");
        }
        return value == null
                ? new Malformed(form, "payload.data has no topic, or token")
                : of(form, type, value, found.since);
    }

    private static boolean isKind(String type) {
        return switch (type) {
            case "subscribe", "unsubscribe", "presence", "token" -> true;
            default -> false;
        };
    }

    private static ClientMessage of(Form form, String kind, String value, @Nullable String since) {
        return switch (kind) {
            case "subscribe" -> {
                // A position that is none is one that nobody knows any more: the client is told of a gap.
                Position position = since == null ? null : Position.parse(since);
                yield new ClientMessage.Subscribe(
                        form, value, since != null && position == null ? LastSeen.NOWHERE : position);
            }
            case "unsubscribe" -> new ClientMessage.Unsubscribe(form, value);
            case "presence" -> new ClientMessage.Presence(form, value);
            default -> new ClientMessage.Token(form, value);
        };
    }
}
