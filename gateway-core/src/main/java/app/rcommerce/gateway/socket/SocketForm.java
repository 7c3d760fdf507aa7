package app.rcommerce.gateway.socket;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.socket.SocketRecord.Passed;
import app.rcommerce.gateway.time.Moments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The two forms of a socket's record: the fields of a hash, as the platform's contract has it, and JSON, as its code of
 * today writes it. Both have the same names. Other programs write too, so reading is lenient: a time may have any form
 * that {@link Moments} knows, what is missing is empty, what is unknown is ignored; but a record says of whom it is, by
 * {@code user_id} or an address. Stateless.
 */
public final class SocketForm {

    /** What a record must have, in words. */
    public static final String EXPECTED = "user_id or address, and perhaps route, node, connected_at, last_activity,"
            + " subscriptions, bytes and messages";

    /** The most subscriptions that are read of a record. */
    public static final int MOST_SUBSCRIPTIONS = 256;

    private static final int LONGEST = 1 << 16;
    private static final int LONGEST_TEXT = 512;
    private static final int DEEPEST = 8;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .build();
    private static final List<String> USER = List.of("user_id", "user", "customer_id");
    private static final List<String> ADDRESS = List.of("address", "ip_address", "ip", "remote_addr");
    private static final List<String> CONNECTED = List.of("connected_at", "created_at");
    private static final List<String> ACTIVITY = List.of("last_activity", "last_seen", "last_ping");

    private SocketForm() {}

    /**
     * The name of a record's owner as {@code user_id} has it: a user's id as it is, a key's or certificate's marked.
     */
    public static String userId(@Nullable Identifier user) {
        if (user == null) {
            return "";
        }
        return user.kind() == Identifier.Kind.USER ? user.value() : user.toString();
    }

    private static @Nullable Identifier user(String userId) {
        if (userId.isEmpty()) {
            return null;
        }
        boolean marked = userId.startsWith("key:") || userId.startsWith("cert:") || userId.startsWith("user:");
        Identifier known = Identifier.parse(marked ? userId : "user:" + userId);
        return known == null ? Identifier.user(userId) : known;
    }

    /** The fields of the hash that a record is. */
    public static SequencedMap<String, String> fields(SocketRecord record) {
        SequencedMap<String, String> fields = texts(record);
        fields.put("subscriptions", subscriptions(record).toString());
        numbers(record).forEach((name, number) -> fields.put(name, Long.toString(number)));
        return fields;
    }

    private static SequencedMap<String, String> texts(SocketRecord record) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("id", record.id());
        fields.put("holder", record.holder());
        fields.put("user_id", userId(record.user()));
        fields.put("address", record.address());
        fields.put("route", record.route());
        fields.put("node", record.node());
        fields.put("connected_at", moment(record.connectedMillis()));
        fields.put("last_activity", moment(record.activityMillis()));
        return fields;
    }

    private static SequencedMap<String, Long> numbers(SocketRecord record) {
        Passed passed = record.passed();
        SequencedMap<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("bytes", passed.bytesIn() + passed.bytesOut());
        numbers.put("messages", passed.messagesIn() + passed.messagesOut());
        numbers.put("bytes_in", passed.bytesIn());
        numbers.put("messages_in", passed.messagesIn());
        return numbers;
    }

    private static ArrayNode subscriptions(SocketRecord record) {
        ArrayNode list = JSON.createArrayNode();
        record.subscriptions().forEach(list::add);
        return list;
    }

    private static String moment(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** The JSON of a record. */
    public static String json(SocketRecord record) {
        ObjectNode root = JSON.createObjectNode();
        texts(record).forEach(root::put);
        numbers(record).forEach(root::put);
        root.set("subscriptions", subscriptions(record));
        if (record.user() == null) {
            root.putNull("user_id");
        }
        return root.toString();
    }

    /** The record that a JSON text is; null where it is none. */
    public static @Nullable SocketRecord parse(String id, String text) {
        JsonNode root = read(text);
        return root == null || !root.isObject()
                ? null
                : record(id, name -> text(root.get(name)), root.get("subscriptions"));
    }

    /** The record that the fields of a hash are; null where they are none. */
    public static @Nullable SocketRecord parse(String id, Map<String, String> fields) {
        String listed = fields.get("subscriptions");
        return record(id, fields::get, listed == null ? null : read(listed));
    }

    private static @Nullable JsonNode read(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null || !(node.isString() || node.isNumber()) ? null : node.asString();
    }

    private static @Nullable SocketRecord record(
            String id, Function<String, @Nullable String> field, @Nullable JsonNode subscriptions) {
        String userId = first(field, USER);
        String written = first(field, ADDRESS);
        if (userId.isEmpty() && written.isEmpty()) {
            return null;
        }
        String canonical = Addresses.canonical(written);
        long bytesIn = number(field, "bytes_in");
        long messagesIn = number(field, "messages_in");
        return new SocketRecord(
                id,
                first(field, List.of("holder")),
                user(userId),
                canonical == null ? written : canonical,
                first(field, List.of("route")),
                first(field, List.of("node")),
                moment(field, CONNECTED),
                moment(field, ACTIVITY),
                subscriptions(subscriptions),
                new Passed(
                        bytesIn,
                        Math.max(0, number(field, "bytes") - bytesIn),
                        messagesIn,
                        Math.max(0, number(field, "messages") - messagesIn)));
    }

    /** The first of these fields that says something; empty where none does, or it is longer than anything of ours. */
    private static String first(Function<String, @Nullable String> field, List<String> names) {
        for (String name : names) {
            String text = field.apply(name);
            if (text != null && !text.isEmpty()) {
                return text.length() > LONGEST_TEXT ? "" : text;
            }
        }
        return "";
    }

    private static long moment(Function<String, @Nullable String> field, List<String> names) {
        long millis = Moments.parse(first(field, names));
        return millis == Moments.NONE ? 0 : Math.max(0, millis);
    }

    private static long number(Function<String, @Nullable String> field, String name) {
        String text = field.apply(name);
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private static List<String> subscriptions(@Nullable JsonNode node) {
        List<String> read = new ArrayList<>();
        if (node != null && node.isArray()) {
            for (JsonNode each : node) {
                if (each.isString()
                        && each.stringValue().length() <= LONGEST_TEXT
                        && read.size() < MOST_SUBSCRIPTIONS) {
                    read.add(each.stringValue());
                }
            }
        }
        return read;
    }
}
