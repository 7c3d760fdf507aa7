package app.rcommerce.gateway.route;

import app.rcommerce.gateway.http.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A template for the field {@code Location} (RFC 9110 §10.2.2): an absolute URI, or a path on the same host, in which
 * {@code {path}} stands for the request's path without its first slash and {@code {name}} for the segment of that name
 * in the route's path. The request's query is appended where the template has none. What a client sends stands behind
 * the first slash of the path only, so that it never names another host. Immutable.
 */
public final class Location {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED =
            "an http or https URI or a path, with {path} or {name} behind the slash of its path only, such as"
                    + " \"https://shop.example/{path}\"";

    private static final String PATH = "path";
    private static final Pattern FORM = Pattern.compile(
            "(https?://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?)?(/[^/\\\\{].*|/|/\\{.*)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)}");

    /** A piece of the template: a text, or the name of what stands there. */
    private sealed interface Piece {
        record Text(String text) implements Piece {}

        record Named(String name) implements Piece {}
    }

    private final String text;
    private final List<Piece> pieces;
    private final boolean hasQuery;

    private Location(String text, List<Piece> pieces) {
        this.text = text;
        this.pieces = List.copyOf(pieces);
        this.hasQuery = text.indexOf('?') >= 0;
    }

    /** Reads a template; null where the text is none. */
    public static @Nullable Location parse(String text) {
        if (!FORM.matcher(text).matches()
                || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '\\' || c == '#')) {
            return null;
        }
        List<Piece> pieces = new ArrayList<>();
        Matcher named = PLACEHOLDER.matcher(text);
        int at = 0;
        while (named.find()) {
            pieces.add(new Piece.Text(text.substring(at, named.start())));
            pieces.add(new Piece.Named(named.group(1)));
            at = named.end();
        }
        pieces.add(new Piece.Text(text.substring(at)));
        boolean whole = pieces.stream()
                .noneMatch(piece ->
                        piece instanceof Piece.Text plain && plain.text().matches(".*[{}].*"));
        return whole ? new Location(text, pieces) : null;
    }

    /** The first name that the route's path has no segment for; null where it has all of them. */
    public @Nullable String missing(PathPattern path) {
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Named named && !named.name().equals(PATH) && !path.hasParameter(named.name())) {
                return named.name();
            }
        }
        return null;
    }

    /** The field's value for a request to this target, which has matched the route's path. */
    public String of(Target target, PathPattern path) {
        StringBuilder location = new StringBuilder(text.length() + target.path().length());
        for (Piece piece : pieces) {
            location.append(
                    switch (piece) {
                        case Piece.Text plain -> plain.text();
                        case Piece.Named named ->
                            named.name().equals(PATH)
                                    ? target.path().substring(1)
                                    : path.parameter(named.name(), target.path());
                    });
        }
        if (!hasQuery && target.query() != null) {
            location.append('?').append(target.query());
        }
        return location.toString();
    }

    /** The template as it is configured. */
    @Override
    public String toString() {
        return text;
    }
}
