package app.rcommerce.gateway.toml;

/**
 * A position in a file. Immutable.
 *
 * @param file the file's name as the reader was given it
 * @param line counted from 1; 0 for the file as a whole
 * @param column counted from 1; 0 for the file as a whole
 */
public record Position(String file, int line, int column) {

    /** The file as a whole. */
    public static Position of(String file) {
        return new Position(file, 0, 0);
    }

    /** The position as editors and terminals understand it: {@code gateway.toml:42:9}. */
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
