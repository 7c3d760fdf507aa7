package app.rcommerce.gateway.config.read;

/**
 * The part of the heap that the files of one configuration may take while they are parsed. The parser makes objects for
 * each token of a text, hundreds of bytes for every sign between keys and values, and hardly any for what stands within
 * a string. What a text takes is estimated from those signs, on the high side. For one thread.
 */
final class Room {

    /** A running gateway has other uses for the rest: replies, counters, and the configuration in force. */
    private static final int PARTS = 3;

    /** For each character: the text itself, its lines and its values. */
    private static final int BYTES_PER_CHARACTER = 8;

    /** For each sign: tokens, the nodes above them, and the value that they become. */
    private static final int BYTES_PER_SIGN = 750;

    private long left;

    /**
     * Room in such a heap.
     *
     * @param heap its largest size in bytes
     */
    Room(long heap) {
        this.left = heap / PARTS;
    }

    /** Takes the room for a text; whether there was as much. Where there was not, nothing is taken. */
    boolean take(String text) {
        long needed = needed(text);
        if (needed > left) {
            return false;
        }
        left -= needed;
        return true;
    }

    /** The heap with which a text would find room as the only one, in whole megabytes. */
    static long megabytesFor(String text) {
        // What the JVM says is up to a tenth below what it was given.
        return needed(text) * PARTS * 11 / 10 / (1 << 20) + 1;
    }

    private static long needed(String text) {
        long signs = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\n', ',', '=', '.', '[', '{', '\\' -> signs++;
                default -> {}
            }
        }
        return text.length() * (long) BYTES_PER_CHARACTER + signs * BYTES_PER_SIGN;
    }
}
