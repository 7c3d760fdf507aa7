package app.rcommerce.gateway.toml;

/**
 * Where something stands in a file. Immutable.
 *
 * @param file as it was named by whoever reads it
 * @param line counted from 1; 0 for the file as a whole
 * @param column counted from 1; 0 for the file as a whole
 */
public record Place(String file, int line, int column) {

    /** The file as a whole. */
    public static Place of(String file) {
        return new Place(file, 0, 0);
    }

    /** The place as editors and terminals understand it: {@code gateway.toml:42:9}. */
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
