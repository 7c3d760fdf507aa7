package app.rcommerce.gateway.http;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Reduces the spellings of a normal path that servers take for the same path to one form (RFC 3986 §3.3, §6.2.2).
 * Routes, limits and purges compare this form, so that no spelling of a path evades a rule. Pure; any thread.
 */
final class Spelling {

    private Spelling() {}

    /**
     * The path without path parameters, which servlet containers cut off ({@code /admin;x=1/users} is
     * {@code /admin/users} to them), and without escapes of characters that may stand for themselves ({@code %3A}).
     * Escaped slashes, backslashes, percent signs and semicolons stay.
     */
    static String matched(String path) {
        if (path.indexOf(';') < 0 && path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length());
        int at = 0;
        while (at < path.length()) {
            int end = path.indexOf('/', at + 1);
            end = end < 0 ? path.length() : end;
            int before = out.length();
            out.append('/');
            appendSegment(out, path, at + 1, end);
            if (out.length() == before + 1 && end < path.length()) {
                // Nothing but parameters: the container sees two slashes in a row, and takes them for one.
                out.setLength(before);
            }
            at = end;
        }
        return out.toString();
    }

    private static void appendSegment(StringBuilder out, String path, int from, int end) {
        for (int i = from; i < end; i++) {
            char c = path.charAt(i);
            if (c == ';') {
                return;
            }
            char plain = c == '%' ? (char) Integer.parseInt(path, i + 1, i + 3, 16) : c;
            if (c == '%' && "!$&'()*+,=:@".indexOf(plain) < 0) {
                out.append(path, i, i + 3);
                i += 2;
            } else {
                out.append(plain);
                i += c == '%' ? 2 : 0;
            }
        }
    }

    /**
     * The matched forms of the path after escaped slashes, escaped backslashes or both have been replaced with slashes,
     * both before and after parameters are cut off.
     */
    static Set<String> otherReadings(String path) {
        if (path.indexOf("%2F") < 0 && path.indexOf("%5C") < 0) {
            return Set.of();
        }
        Set<String> readings = new LinkedHashSet<>();
        for (String text : new String[] {path, matched(path)}) {
            add(readings, text.replace("%2F", "/"));
            add(readings, text.replace("%5C", "/"));
            add(readings, text.replace("%2F", "/").replace("%5C", "/"));
        }
        return readings;
    }

    private static void add(Set<String> readings, String path) {
        Target target = Paths.parse(path);
        readings.add(target == null ? "" : target.matched());
    }
}
