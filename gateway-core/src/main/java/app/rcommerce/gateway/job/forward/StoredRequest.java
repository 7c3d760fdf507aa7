package app.rcommerce.gateway.job.forward;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldClasses;
import app.rcommerce.gateway.job.JobForm;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * A request that is kept to be forwarded later, as the payload of a job: {@code method}, {@code target}, {@code fields}
 * (pairs of a name and a value), and the content byte for byte, as {@code body} where it is UTF-8 and as
 * {@code body_base64} elsewhere, or where a text would be longer: what is kept is a third longer than the content at
 * most. Of those that others put into a queue only {@code target} must be there; a {@code body} that is no text is sent
 * as JSON. Immutable, except that the content is an array, which nobody changes.
 *
 * @param route the route that took it; empty where it came from elsewhere
 * @param method of the request
 * @param target path and query
 * @param fields in their order
 * @param body the content
 * @param verified what proved who sent it, such as {@code stripe; at=2026-01-01T00:00:00Z}; empty where nothing did
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoredRequest(
        String route, String method, String target, List<Field> fields, byte[] body, String verified)
        implements JobForm.Payload {

    /** What a payload must have, in words. */
    public static final String EXPECTED = "payload.target, a path such as \"/api/v1/webhooks/stripe\"";

    /** Control characters that JSON writes as two characters; the others are six. */
    private static final String SHORT = "\b\t\n\f\r";

    /** The longest target, and the longest name of a field: no request that the gateway takes has a longer one. */
    private static final int LONGEST = 1 << 20;

    /**
     * Fields that frame a message or belong to one connection: a job has its content, and the connection is ours. What
     * others have put into a queue may have them, and would make another request of the job, or of the one behind it.
     */
    private static final Set<String> OF_A_CONNECTION = Stream.concat(
                    FieldClasses.HOP_BY_HOP.stream(),
                    Stream.of("content-length", "expect", "trailer", "transfer-encoding"))
            .collect(Collectors.toUnmodifiableSet());

    public StoredRequest {
        fields = List.copyOf(fields);
    }

    @Override
    public void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("route", route);
        json.writeStringProperty("method", method);
        json.writeStringProperty("target", target);
        json.writeArrayPropertyStart("fields");
        for (Field field : fields) {
            json.writeStartArray();
            json.writeString(field.name());
            json.writeString(field.value());
            json.writeEndArray();
        }
        json.writeEndArray();
        String text = text(body);
        if (text == null) {
            json.writeStringProperty("body_base64", Base64.getEncoder().encodeToString(body));
        } else {
            json.writeStringProperty("body", text);
        }
        if (!verified.isEmpty()) {
            json.writeStringProperty("verified", verified);
        }
        json.writeEndObject();
    }

    /** The content as a text; null where it is none, or would be longer as one in JSON than in base64. */
    private static @Nullable String text(byte[] bytes) {
        long escapes = 0;
        for (byte b : bytes) {
            escapes += b < 0 || (b >= ' ' && b != '"' && b != '\\') ? 0 : b >= ' ' || SHORT.indexOf(b) >= 0 ? 1 : 5;
        }
        if (escapes > bytes.length / 3) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The request that the payload of a job is; null where it is none. */
    public static @Nullable StoredRequest read(JsonNode job) {
        JsonNode payload = job.path("payload");
        String target = payload.path("target").asString("");
        if (!isTarget(target)) {
            return null;
        }
        String method = payload.path("method").asString("POST");
        if (!method.matches("[A-Z][A-Z-]{0,31}") || method.equals("CONNECT")) {
            return null;
        }
        List<Field> fields = new ArrayList<>();
        boolean hasHost = false;
        for (JsonNode pair : payload.path("fields")) {
            String name = pair.path(0).asString("");
            String value = withoutSpace(pair.path(1).asString(""));
            String lower = FieldClasses.lower(name).replace('_', '-');
            boolean isSecondHost = lower.equals("host") && hasHost;
            if (isToken(name) && isValue(value) && !OF_A_CONNECTION.contains(lower) && !isSecondHost) {
                hasHost |= lower.equals("host");
                fields.add(new Field(name, value));
            }
        }
        byte[] body = body(payload, fields);
        String verified = payload.path("verified").asString("");
        return body == null
                ? null
                : new StoredRequest(
                        payload.path("route").asString(""),
                        method,
                        target,
                        fields,
                        body,
                        isValue(verified) ? verified : "");
    }

    private static byte @Nullable [] body(JsonNode payload, List<Field> fields) {
        JsonNode encoded = payload.path("body_base64");
        if (encoded.isString()) {
            try {
                return Base64.getDecoder().decode(encoded.asString());
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        JsonNode body = payload.path("body");
        if (body.isMissingNode() || body.isNull()) {
            return new byte[0];
        }
        if (body.isString()) {
            return body.asString().getBytes(StandardCharsets.UTF_8);
        }
        if (fields.stream().noneMatch(field -> field.name().equalsIgnoreCase("content-type"))) {
            fields.add(new Field("content-type", "application/json"));
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isTarget(String text) {
        return text.startsWith("/")
                && text.length() <= LONGEST
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
    }

    /** A value without the space around it, which is no part of it (RFC 9110 §5.5). */
    private static String withoutSpace(String value) {
        int begin = 0;
        int end = value.length();
        while (begin < end && isSpace(value.charAt(begin))) {
            begin++;
        }
        while (end > begin && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(begin, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken(String text) {
        return text.length() <= LONGEST && text.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    }

    private static boolean isValue(String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff));
    }
}
