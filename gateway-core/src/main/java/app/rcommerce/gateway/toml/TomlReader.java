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

/** Reads TOML 1.0 into a tree that knows the place of everything. Stateless; safe for any thread. */
public final class TomlReader {

    /** Tables and arrays inside of each other; far more than any configuration has use for. */
    public static final int MAX_DEPTH = 32;

    private static final Pattern TWICE = Pattern.compile(
            "(.*?) (?:is not an? \\w+ \\()?(?:previously|already) defined at line (\\d+), column (\\d+)\\)?",
            Pattern.DOTALL);
    private static final Pattern UNEXPECTED = Pattern.compile("Unexpected (.*?), expected (.*)", Pattern.DOTALL);

    private final String file;
    private final List<String> lines;
    /** The code points, which columns count, of the line asked for last: a line may hold a list of thousands. */
    private int[] points = {};

    private int pointsLine = -1;

    private TomlReader(String file, String text) {
        this.file = file;
        this.lines = List.of(text.split("\n", -1));
    }

    /**
     * Reads a text; never throws.
     *
     * @param file how the text's file is called in places
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
                                        (SyntaxError error) -> error.place().line())
                                .thenComparingInt(error -> error.place().column()))
                        .toList());
            }
            return new Parsed.Whole(reader.table(result, Place.of(file), 0));
        } catch (TooDeep | StackOverflowError e) {
            // The parser recurses without a bound of its own.
            return reader.broken("nested too deeply", "at most " + MAX_DEPTH + " levels of tables and arrays");
        } catch (RuntimeException | AssertionError e) {
            // Some texts make the parser fail instead of reporting them; its message may quote a secret.
            return reader.broken("syntax error", "TOML 1.0");
        }
    }

    private Parsed broken(String found, String expected) {
        return new Parsed.Broken(List.of(new SyntaxError(Place.of(file), "", found, expected)));
    }

    private Node.Table table(TomlTable table, Place place, int depth) {
        SequencedMap<String, Node> entries = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            List<String> path = List.of(key);
            entries.put(key, node(table.get(path), at(table.inputPositionOf(path), place), depth + 1));
        }
        return new Node.Table(place, entries);
    }

    private Node array(TomlArray array, Place place, int depth) {
        List<Node> elements = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            elements.add(node(array.get(i), begin(at(array.inputPositionOf(i), place)), depth + 1));
        }
        return new Node.Array(place, elements);
    }

    private Node node(@Nullable Object value, Place place, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TooDeep();
        }
        return switch (value) {
            case TomlTable table -> table(table, place, depth);
            case TomlArray array -> array(array, place, depth);
            case String text -> new Node.Text(place, text);
            case Long number -> new Node.Whole(place, number);
            case Double number -> new Node.Decimal(place, number);
            case Boolean flag -> new Node.Flag(place, flag);
            case null -> throw new IllegalStateException("a key without a value");
            default -> new Node.Moment(place, value.toString());
        };
    }

    private Place at(@Nullable TomlPosition position, Place otherwise) {
        return position == null ? otherwise : new Place(file, position.line(), position.column());
    }

    /** The parser counts the space, line ends and comments before an element of an array to the element. */
    private Place begin(Place place) {
        int column = place.column() - 1;
        for (int i = place.line() - 1; i >= 0 && i < lines.size(); i++, column = 0) {
            if (pointsLine != i) {
                points = lines.get(i).codePoints().toArray();
                pointsLine = i;
            }
            while (column < points.length && Character.isWhitespace(points[column])) {
                column++;
            }
            if (column < points.length && points[column] != '#') {
                return new Place(file, i + 1, column + 1);
            }
        }
        return place;
    }

    private SyntaxError error(TomlParseError error) {
        Place place = at(error.position(), Place.of(file));
        String message = String.valueOf(error.getMessage());
        Matcher twice = TWICE.matcher(message);
        if (twice.matches()) {
            Place first = new Place(file, Integer.parseInt(twice.group(2)), Integer.parseInt(twice.group(3)));
            return new SyntaxError(place, twice.group(1), "defined twice", "once; first at " + first);
        }
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (unexpected.matches()) {
            return new SyntaxError(place, "", "unexpected " + shortened(unexpected.group(1)), unexpected.group(2));
        }
        if (message.startsWith("Invalid escape sequence") || message.startsWith("Invalid unicode escape")) {
            return new SyntaxError(
                    place,
                    "",
                    "invalid escape sequence",
                    "\\\", \\\\, \\b, \\t, \\n, \\f, \\r, \\uXXXX or \\UXXXXXXXX, or a text in single quotes");
        }
        String said = message.indexOf(':') < 0 && message.indexOf('\'') < 0 ? message : "syntax error";
        return new SyntaxError(place, "", said.toLowerCase(Locale.ROOT), "TOML 1.0");
    }

    /** A quoted piece of the text is cut to its first character. */
    private static String shortened(String found) {
        boolean quoted = found.length() > 3 && found.startsWith("'") && !found.startsWith("'\\");
        return quoted ? found.substring(0, 2) + "…'" : found;
    }

    /** Not for callers: ends the walk through a tree that is too deep. */
    private static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooDeep() {
            super("nested too deeply", null, false, false);
        }
    }
}
