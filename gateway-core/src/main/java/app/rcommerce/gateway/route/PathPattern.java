package app.rcommerce.gateway.route;

import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over normalised paths: literal segments, {@code {name}} for exactly one segment, and {@code **} as the last
 * segment for the rest, which may be nothing: {@code /a/**} matches {@code /a}, {@code /a/} and {@code /a/b/c}. A slash
 * at the end makes no difference, since it makes none to many servers. Immutable.
 */
public final class PathPattern {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED =
            "a path of literal segments without parameters, {name} for one segment, and ** as the last one, such as"
                    + " \"/api/v1/products/**\"";

    /** One segment of a pattern. */
    sealed interface Segment {
        /** A segment with exactly this text. */
        record Literal(String text) implements Segment {}

        /** Any one segment that is not empty. */
        record Parameter(String name) implements Segment {}
    }

    private final String text;
    private final List<Segment> segments;
    private final boolean openEnd;

    private PathPattern(String text, List<Segment> segments, boolean openEnd) {
        this.text = text;
        this.segments = List.copyOf(segments);
        this.openEnd = openEnd;
    }

    /** Reads a pattern; null where the text is not a valid one. */
    public static @Nullable PathPattern parse(String text) {
        if (!text.startsWith("/")) {
            return null;
        }
        List<Segment> segments = new ArrayList<>();
        boolean openEnd = false;
        String[] parts = text.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.equals("**")) {
                if (i != parts.length - 1) {
                    return null;
                }
                openEnd = true;
            } else if (part.startsWith("{") && part.endsWith("}") && part.length() > 2) {
                String name = part.substring(1, part.length() - 1);
                if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    return null;
                }
                segments.add(new Segment.Parameter(name));
            } else if (part.isEmpty() && i != parts.length - 1) {
                return null;
            } else if (!part.matches("[A-Za-z0-9._~!$&'()+,;=:@%-]*") || !isNormal(part)) {
                return null;
            } else {
                segments.add(new Segment.Literal(part));
            }
        }
        return new PathPattern(text, segments, openEnd);
    }

    /**
     * Whether a normalised path can have this segment. A pattern with another one, such as one with a lower-case
     * escape, would never match.
     */
    private static boolean isNormal(String segment) {
        Target target = Paths.parse("/" + segment);
        return target != null
                && target.matched().length() == segment.length() + 1
                && target.matched().endsWith(segment);
    }

    List<Segment> segments() {
        return segments;
    }

    boolean openEnd() {
        return openEnd;
    }

    /** Whether the pattern has a parameter of this name. */
    public boolean hasParameter(String name) {
        return indexOf(name) >= 0;
    }

    /**
     * The segment of a matching normalised path in the place of {@code {name}}; the empty text where the pattern has no
     * such parameter.
     */
    public String parameter(String name, String path) {
        int index = indexOf(name);
        int at = 1;
        for (int i = 0; i < index && at > 0; i++) {
            at = path.indexOf('/', at) + 1;
        }
        if (index < 0 || at == 0) {
            return "";
        }
        int slash = path.indexOf('/', at);
        return path.substring(at, slash < 0 ? path.length() : slash);
    }

    private int indexOf(String name) {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i) instanceof Segment.Parameter parameter
                    && parameter.name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the normalised path matches. */
    public boolean matches(String path) {
        int at = 1;
        for (Segment segment : segments) {
            if (at > path.length()) {
                return isEmpty(segment);
            }
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            boolean matches = switch (segment) {
                case Segment.Literal literal ->
                    literal.text().length() == end - at && path.startsWith(literal.text(), at);
                case Segment.Parameter ignored -> end > at;
            };
            if (!matches) {
                return false;
            }
            at = end + 1;
        }
        return openEnd || at >= path.length();
    }

    /** Whether the segment is the empty one behind a slash at the end. */
    private static boolean isEmpty(Segment segment) {
        return segment instanceof Segment.Literal literal && literal.text().isEmpty();
    }

    /** Whether some path matches both patterns. */
    public boolean overlaps(PathPattern other) {
        int mine = length();
        int theirs = other.length();
        for (int i = 0; i < Math.min(mine, theirs); i++) {
            if (segments.get(i) instanceof Segment.Literal one
                    && other.segments.get(i) instanceof Segment.Literal two
                    && !one.equals(two)) {
                return false;
            }
        }
        return mine == theirs || (mine < theirs ? openEnd : other.openEnd);
    }

    /** How many segments there are, but for the empty one behind a slash at the end. */
    private int length() {
        return !segments.isEmpty() && isEmpty(segments.getLast()) ? segments.size() - 1 : segments.size();
    }

    /** Whether the pattern itself has an escaped slash or backslash, so that a path with one is matched literally. */
    public boolean namesEscapedSlash() {
        return text.contains("%2F") || text.contains("%5C");
    }

    /** Whether the other is written the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PathPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The pattern as it is configured. */
    @Override
    public String toString() {
        return text;
    }
}
