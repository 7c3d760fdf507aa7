package app.rcommerce.gateway.topic;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client has seen last of its topics, as an event id: {@code k3f9a1.1042} of one topic, or
 * {@code orders=k3f9a1.1042,news=k3f9a1.7} of several. Pure; any thread.
 */
public final class LastSeen {

    /** The longest id that is looked at, in characters. */
    private static final int LONGEST = 16 * 1024;

    /** A position of no topic: nobody knows what has come since. */
    public static final Position NOWHERE = new Position("0", 0);

    private LastSeen() {}

    /**
     * Reads an id.
     *
     * @param topic the topic of an id without names; null where it would not be known which one is meant
     * @return positions by topics; empty where there are none, since clients send it
     */
    public static Map<String, Position> parse(String id, @Nullable String topic) {
        if (id.length() > LONGEST) {
            return Map.of();
        }
        Position only = Position.parse(id);
        if (only != null) {
            return topic == null ? Map.of() : Map.of(topic, only);
        }
        Map<String, Position> seen = new LinkedHashMap<>();
        for (String part : id.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 1 ? null : decoded(part.substring(0, equals));
            Position position = equals < 1 ? null : Position.parse(part.substring(equals + 1));
            if (name == null || position == null || !TopicName.isName(name)) {
                return Map.of();
            }
            seen.put(name, position);
        }
        return seen;
    }

    /**
     * What has been seen of these topics by a client that has come back: of those that its id does not name nothing
     * that anybody knows, so that it is told of a gap.
     */
    public static Map<String, Position> all(List<TopicRules.Granted> topics, Map<String, Position> seen) {
        Map<String, Position> all = new LinkedHashMap<>();
        for (TopicRules.Granted topic : topics) {
            String name = topic.feed().topic();
            all.put(name, seen.getOrDefault(name, NOWHERE));
        }
        return all;
    }

    /** Writes the id of several topics. */
    public static void write(SequencedMap<String, Position> seen, StringBuilder to) {
        String between = "";
        for (Map.Entry<String, Position> one : seen.entrySet()) {
            to.append(between)
                    .append(encoded(one.getKey()))
                    .append('=')
                    .append(one.getValue().epoch())
                    .append('.')
                    .append(one.getValue().offset());
            between = ",";
        }
    }

    /** A name as it stands in an id: of what names have only the plus sign means something elsewhere. */
    private static String encoded(String name) {
        return name.indexOf('+') < 0 ? name : name.replace("+", "%2B");
    }

    private static @Nullable String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            // A plus sign means itself.
            return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
