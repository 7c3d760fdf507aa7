package app.rcommerce.gateway.route;

import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A template for the field {@code Location} (RFC 9110 §10.2.2): an absolute URI, or a path on the same host, in which
 * {@code {path}} stands for the request's path without its first slash and {@code {name}} for the segment of that name
 * in the route's path. The request's query is appended where the template has none. Text from the request is used
 * behind the first slash of the path only, so that it never names another host, and never in the template's query.
 * Immutable.
 */
public final class Location {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED =
            "an http or https URI with a path, or a normal path, with {path} or {name} behind its first slash and before any query, such as"
                    + " \"https://shop.example/{path}\"";

    private static final String PATH = "path";
    private static final Pattern FORM = Pattern.compile(
            "(https?://(\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:(?<port>[0-9]{1,5}))?)?(?<path>/([^/].*)?)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)}");

    /** A piece of the template: a literal text, or a placeholder by its name. */
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

    /** Reads a template; null where the text is not a valid one. */
    public static @Nullable Location parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '\\' || c == '#')) {
            return null;
        }
        String port = form.group("port");
        if (port != null && Integer.parseInt(port) > 65_535) {
            return null;
        }
        int query = text.indexOf('?');
        String path = text.substring(form.start("path"), query < 0 ? text.length() : query);
        String sample = PLACEHOLDER.matcher(path).replaceAll("x");
        Target normal = Paths.parse(sample);
        boolean plain = normal != null
                && normal.path().equals(sample)
                && isUriText(sample)
                && (query < 0 || isUriText(text.substring(query)));
        if (!plain) {
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
        return new Location(text, pieces);
    }

    /** Whether the text has no character that a URI can have only as an escape (RFC 3986 §2). */
    private static boolean isUriText(String text) {
        return text.chars().noneMatch(c -> "{}<>\"^`|".indexOf(c) >= 0);
    }

    /**
     * The first name of a placeholder for which the route's path has no segment; null where it has segments for all.
     */
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
            String next = switch (piece) {
                case Piece.Text plain -> plain.text();
                case Piece.Named named ->
                    named.name().equals(PATH)
                            ? target.path().substring(1)
                            : path.parameter(named.name(), target.path());
            };
            // Where nothing stands between two slashes they are one: two at the beginning would name a host.
            boolean doubled =
                    next.startsWith("/") && !location.isEmpty() && location.charAt(location.length() - 1) == '/';
            location.append(next, doubled ? 1 : 0, next.length());
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
