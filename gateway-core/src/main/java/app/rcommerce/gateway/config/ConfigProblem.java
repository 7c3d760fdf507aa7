package app.rcommerce.gateway.config;

/**
 * One error of a configuration, as {@code gateway check} prints it.
 *
 * @param file as it was named on the command line or in {@code include}
 * @param line counted from 1; 0 where no position can be named
 * @param column counted from 1; 0 where no position can be named
 * @param path the value's path in the configuration, such as {@code limits.flood.rates[0]}; may be empty
 * @param value the offending value as it is written, quoted where it is a text; never a secret
 * @param expected what would have been right; or, beginning with {@code see}, where to read about it
 */
public record ConfigProblem(String file, int line, int column, String path, String value, String expected) {

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line).append(':').append(column);
        }
        if (!path.isEmpty()) {
            text.append(": ").append(path);
        }
        return text.append(": ")
                .append(value)
                .append(expected.startsWith("see ") ? " (" : " (expected: ")
                .append(expected)
                .append(')')
                .toString();
    }
}
