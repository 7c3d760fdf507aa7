package app.rcommerce.gateway.toml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/** A reader of TOML 1.0 into a tree of values with their positions. Stateless; safe for any thread. */
public final class TomlReader {

    /** The deepest nesting of tables and arrays, far more than any configuration needs. */
    public static final int MAX_DEPTH = 32;

    private static final Pattern TWICE = Pattern.compile(
            "(.*?) (?:is not an? \\w+ \\()?(?:previously|already) defined at line (\\d+), column (\\d+)\\)?",
            Pattern.DOTALL);
    private static final Pattern UNEXPECTED = Pattern.compile("Unexpected (.*?), expected (.*)", Pattern.DOTALL);

    private final String file;
    private final List<String> lines;
    /**
     * The code points of the line that was asked for last, since columns count them, and one line may hold a list of
     * thousands.
     */
    private int[] points = {};

    private int pointsLine = -1;

    private TomlReader(String file, String text) {
        this.file = file;
        this.lines = List.of(text.split("\n", -1));
    }

    /**
     * Reads a text; never throws.
     *
     * @param file how the text's file is called in positions
     */
    public static Parsed parse(String file, String text) {
        TomlReader reader = new TomlReader(file, text);
        try {
            TomlParseResult result = Toml.parse(text, TomlVersion.V1_0_0);
            if (result.hasErrors()) {
                return new Parsed.Broken(result.errors().stream()
                        .map(reader::error)
                        .distinct()
                        .sorted(Comparator.comparingInt(
                                        (SyntaxError error) -> error.position().line())
                                .thenComparingInt(error -> error.position().column()))
                        .toList());
            }
            return new Parsed.Document(reader.table(result, Position.of(file), 0));
        } catch (TooDeep | StackOverflowError e) {
            // The parser recurses without a bound of its own.
            return reader.broken("nested too deeply", "at most " + MAX_DEPTH + " levels of tables and arrays");
        } catch (RuntimeException | AssertionError e) {
            // Some texts make the parser fail instead of reporting them; its message may quote a secret.
            return reader.broken("syntax error", "TOML 1.0");
        }
    }

    private Parsed broken(String found, String expected) {
        return new Parsed.Broken(List.of(new SyntaxError(Position.of(file), "", found, expected)));
    }

    private Node.Table table(TomlTable table, Position position, int depth) {
        SequencedMap<String, Node> entries = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            List<String> path = List.of(key);
            entries.put(key, node(table.get(path), at(table.inputPositionOf(path), position), depth + 1));
        }
        return new Node.Table(position, entries);
    }

    private Node array(TomlArray array, Position position, int depth) {
        List<Node> elements = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            elements.add(node(array.get(i), begin(at(array.inputPositionOf(i), position)), depth + 1));
        }
        return new Node.Array(position, elements);
    }

    private Node node(@Nullable Object value, Position position, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TooDeep();
        }
        return switch (value) {
            case TomlTable table -> table(table, position, depth);
            case TomlArray array -> array(array, position, depth);
            case String text -> new Node.Text(position, text);
            case Long number -> new Node.Whole(position, number);
            case Double number -> new Node.Decimal(position, number);
            case Boolean flag -> new Node.Flag(position, flag);
            case null -> throw new IllegalStateException("a key without a value");
            default -> new Node.Moment(position, value.toString());
        };
    }

    private Position at(@Nullable TomlPosition position, Position otherwise) {
        return position == null ? otherwise : new Position(file, position.line(), position.column());
    }

    /**
     * The position at which an element of an array begins. The parser's own includes the space, line ends and comments
     * before it.
     */
    private Position begin(Position position) {
        int column = position.column() - 1;
        for (int i = position.line() - 1; i >= 0 && i < lines.size(); i++, column = 0) {
            if (pointsLine != i) {
                points = lines.get(i).codePoints().toArray();
                pointsLine = i;
            }
            while (column < points.length && Character.isWhitespace(points[column])) {
                column++;
            }
            if (column < points.length && points[column] != '#') {
                return new Position(file, i + 1, column + 1);
            }
        }
        return position;
    }

    private SyntaxError error(TomlParseError error) {
        Position position = at(error.position(), Position.of(file));
        String message = String.valueOf(error.getMessage());
        Matcher twice = TWICE.matcher(message);
        if (twice.matches()) {
            Position first = new Position(file, Integer.parseInt(twice.group(2)), Integer.parseInt(twice.group(3)));
            return new SyntaxError(position, twice.group(1), "defined twice", "once; first at " + first);
        }
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (unexpected.matches()) {
            return new SyntaxError(position, "", "unexpected " + shortened(unexpected.group(1)), unexpected.group(2));
        }
        if (message.startsWith("Invalid escape sequence") || message.startsWith("Invalid unicode escape")) {
            return new SyntaxError(
                    position,
                    "",
                    "invalid escape sequence",
                    "\\\", \\\\, \\b, \\t, \\n, \\f, \\r, \\uXXXX or \\UXXXXXXXX, or a text in single quotes");
        }
        if (message.startsWith("Integer is too large")) {
            return new SyntaxError(
                    position,
                    "",
                    "integer is too large",
                    "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE);
        }
        String said = message.indexOf(':') < 0 && message.indexOf('\'') < 0 ? message : "syntax error";
        return new SyntaxError(position, "", said.toLowerCase(Locale.ROOT), "TOML 1.0");
    }

    /** Shortens a quoted piece of the text to its first character. */
    private static String shortened(String found) {
        boolean quoted = found.length() > 3 && found.startsWith("'") && !found.startsWith("'\\");
        return quoted ? found.substring(0, 2) + "…'" : found;
    }

    /** Thrown inside of this class where a tree is nested too deeply. */
    private static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooDeep() {
            super("nested too deeply", null, false, false);
        }
    }
}
