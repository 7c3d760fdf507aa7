package app.rcommerce.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * The normaliser of request targets (RFC 3986 §6.2.2). It decodes escaped unreserved characters, writes other escapes
 * in upper case, resolves dot segments and drops empty segments. It refuses a target that two servers could read in
 * different ways: control characters, backslashes, broken escapes, an escape past the root, dots beside an escaped
 * slash, and dots with path parameters. Pure; any thread.
 */
public final class Paths {

    /** Characters that a URI must not contain but that clients send; the upstream receives them escaped. */
    private static final String TOLERATED = "|[]^{}\"`<>";

    private Paths() {}

    /**
     * The target of an origin-form or absolute-form request target (RFC 9112 §3.2), or null where it is neither or must
     * be refused. The absolute form's authority is not looked at here.
     */
    public static @Nullable Target parse(String text) {
        String origin = text.startsWith("/") ? text : originForm(text);
        if (origin == null) {
            return null;
        }
        int mark = origin.indexOf('?');
        String query = mark < 0 ? null : origin.substring(mark + 1);
        if (query != null && !isQuery(query)) {
            return null;
        }
        String path = normalise(mark < 0 ? origin : origin.substring(0, mark));
        return path == null ? null : new Target(path, query);
    }

    /** The authority of an absolute-form target ({@code http://host:port/…}), or null where the target is not one. */
    public static @Nullable String authority(String target) {
        int start = afterScheme(target);
        if (start < 0) {
            return null;
        }
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        return target.substring(start, end);
    }

    private static @Nullable String originForm(String target) {
        int start = afterScheme(target);
        if (start < 0) {
            return null;
        }
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            if (target.charAt(end) == '#') {
                return null;
            }
            end++;
        }
        String rest = target.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static int afterScheme(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    }

    private static boolean isQuery(String query) {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String normalise(String path) {
        if (isPlain(path)) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length());
        int at = 0;
        boolean slashPending = false;
        StringBuilder segment = new StringBuilder();
        while (at < path.length()) {
            // path.charAt(at) is a slash: read one segment behind it.
            at++;
            segment.setLength(0);
            while (at < path.length() && path.charAt(at) != '/') {
                int next = decodeInto(segment, path, at);
                if (next < 0) {
                    return null;
                }
                at = next;
            }
            slashPending = false;
            if (isSegment(segment, "..")) {
                int parent = out.lastIndexOf("/");
                if (parent < 0) {
                    return null;
                }
                out.setLength(parent);
                slashPending = at >= path.length();
            } else if (isSegment(segment, ".") || segment.isEmpty()) {
                slashPending = at >= path.length();
            } else if (hidesDotSegment(segment)) {
                return null;
            } else {
                out.append('/').append(segment);
            }
        }
        if (slashPending || out.isEmpty()) {
            out.append('/');
        }
        return out.toString();
    }

    /** Whether the path is in normal form already, so that no copy is made: the common case. */
    private static boolean isPlain(String path) {
        char previous = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean plain = c == '/' ? previous != '/' : isPathCharacter(c) && !(c == '.' && previous == '/');
            if (!plain) {
                return false;
            }
            previous = c;
        }
        return true;
    }

    /**
     * Appends the character or escape at {@code at}; returns the position behind it, or -1 where the path must be
     * refused.
     */
    private static int decodeInto(StringBuilder segment, String path, int at) {
        char c = path.charAt(at);
        if (c != '%') {
            if (isPathCharacter(c)) {
                segment.append(c);
            } else if (TOLERATED.indexOf(c) >= 0) {
                segment.append('%').append(hex(c >> 4)).append(hex(c & 15));
            } else {
                return -1;
            }
            return at + 1;
        }
        if (at + 2 >= path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(at + 1), 16);
        int low = Character.digit(path.charAt(at + 2), 16);
        if (high < 0 || low < 0 || path.charAt(at + 1) > 'f' || path.charAt(at + 2) > 'f') {
            return -1;
        }
        int value = high << 4 | low;
        if (value < 0x20 || value == 0x7f) {
            return -1;
        }
        if (isUnreserved((char) value)) {
            segment.append((char) value);
        } else {
            segment.append('%').append(hex(high)).append(hex(low));
        }
        return at + 3;
    }

    private static char hex(int digit) {
        return (char) (digit < 10 ? '0' + digit : 'A' + digit - 10);
    }

    private static boolean isSegment(StringBuilder segment, String text) {
        return segment.length() == text.length() && segment.indexOf(text) == 0;
    }

    /**
     * Whether a dot segment appears once %2F or %5C is decoded, or parameters are cut off. An upstream that does so
     * before it resolves dot segments would see another path than the gateway.
     */
    private static boolean hidesDotSegment(StringBuilder segment) {
        if (segment.indexOf("%2F") < 0 && segment.indexOf("%5C") < 0 && segment.indexOf(";") < 0) {
            return false;
        }
        for (String part : segment.toString().split("%2F|%5C", -1)) {
            // ";" starts path parameters, which some servers cut off before they resolve dots.
            int parameters = part.indexOf(';');
            String name = parameters < 0 ? part : part.substring(0, parameters);
            if (name.equals("..") || name.equals(".")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    /** Whether the character is a pchar (RFC 3986 §3.3) that is not part of an escape. */
    private static boolean isPathCharacter(char c) {
        return isUnreserved(c) || "!$&'()*+,;=:@".indexOf(c) >= 0;
    }
}
