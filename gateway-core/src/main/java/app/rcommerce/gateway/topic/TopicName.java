package app.rcommerce.gateway.topic;

import java.util.List;

/** The form of the names of topics: they stand in channels, in keys and in lines of an event stream. Stateless. */
public final class TopicName {

    /** The longest name, in characters. */
    public static final int LONGEST = 100;

    /** What a name is made of, for messages. */
    public static final String FORM = "1 to " + LONGEST + " characters of A-Z, a-z, 0-9 and _ - . : @ +";

    /** Names of events that are not of a topic: ours, and those that browsers have for themselves. */
    private static final List<String> RESERVED = List.of("reset", "token", "open", "error", "message");

    /** Which names are none, for messages. */
    public static final String EXCEPTIONS = "; not " + String.join(", ", RESERVED);

    /** What a name is, for messages. */
    public static final String EXPECTED = FORM + EXCEPTIONS;

    private TopicName() {}

    /** Whether the text is the name of a topic. */
    public static boolean isName(String text) {
        if (text.isEmpty() || text.length() > LONGEST || RESERVED.contains(text)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_-.:@+".indexOf(c) >= 0;
    }
}
