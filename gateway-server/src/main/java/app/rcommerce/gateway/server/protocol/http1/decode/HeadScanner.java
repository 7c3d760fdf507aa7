package app.rcommerce.gateway.server.protocol.http1.decode;

import app.rcommerce.gateway.http.FieldNames;
import app.rcommerce.gateway.server.http1.FieldSection;

/**
 * A strict scanner of the bytes of a request's head, which runs before the parser and accepts only what RFC 9112
 * allows: lines ended by CRLF, no control characters, no folded lines, names that are tokens, a request line of three
 * parts. What a more lenient parser behind the gateway might read differently is refused here. Confined to one event
 * loop; reused for each request of a connection.
 *
 * <p>Earned by {@code HeadScannerBenchmark}.
 */
final class HeadScanner {

    /** The result of a scan. */
    enum Result {
        /** The head has not ended yet. */
        INCOMPLETE,
        /** The head is whole and well formed. */
        COMPLETE,
        /** The request line is too long: 414. */
        LINE_TOO_LONG,
        /** The header section is too large, or has too many fields: 431. */
        HEADERS_TOO_LARGE,
        /** The head is malformed: 400. */
        MALFORMED
    }

    private enum State {
        BEFORE,
        BEFORE_CR,
        LINE,
        LINE_CR,
        FIELD_START,
        NAME,
        VALUE,
        VALUE_CR,
        END_CR
    }

    private static final int BEFORE_MOST = 8;

    private final int maxLine;
    private final int maxHeaders;
    private final int maxFields;

    private State state = State.BEFORE;
    private Result result = Result.INCOMPLETE;
    private String reason = "";
    private int count;
    private int spaces;
    private int nameLength;
    private int fields;

    HeadScanner(int maxLine, int maxHeaders, int maxFields) {
        this.maxLine = maxLine;
        this.maxHeaders = maxHeaders;
        this.maxFields = maxFields;
    }

    /** Resets the scanner for the next head. */
    void reset() {
        state = State.BEFORE;
        result = Result.INCOMPLETE;
        reason = "";
        count = 0;
        spaces = 0;
        fields = 0;
    }

    /** Scans the next bytes of the head; bytes behind its end are not looked at. */
    Result scan(byte[] bytes, int length) {
        int at = 0;
        boolean wanted = true;
        while (wanted && at < length) {
            int run = run(bytes, at, length);
            at += run;
            count += run;
            // The octet that ends a run, or goes beyond a bound, is judged on its own.
            wanted = at == length || process(bytes[at++]);
        }
        return result;
    }

    /** The number of octets from here on that only move the count, within its bound. */
    private int run(byte[] bytes, int from, int length) {
        int at = from;
        switch (state) {
            case VALUE -> {
                int end = Math.min(length, from + maxHeaders - count);
                while (at < end && FieldSection.isValueOctet(bytes[at])) {
                    at++;
                }
            }
            case NAME -> {
                int end = Math.min(length, from + maxHeaders - count);
                while (at < end && FieldNames.isTokenOctet(bytes[at])) {
                    at++;
                }
                nameLength += at - from;
            }
            case LINE -> {
                int end = Math.min(length, from + maxLine - count);
                while (at < end && bytes[at] > ' ' && bytes[at] < 0x7f) {
                    at++;
                }
            }
            default -> {
                // Everything else is a matter of one octet.
            }
        }
        return at - from;
    }

    /** The reason of a refusal, for the error message; empty where there is none. */
    String reason() {
        return reason;
    }

    /** Processes one byte; returns whether the scan goes on. */
    boolean process(byte value) {
        return switch (state) {
            case VALUE -> value(value);
            case NAME -> name(value);
            case LINE -> line(value);
            case FIELD_START -> fieldStart(value);
            case LINE_CR -> lineFeed(value, State.FIELD_START);
            case VALUE_CR -> lineFeed(value, State.FIELD_START);
            case BEFORE -> before(value);
            case BEFORE_CR -> lineFeed(value, State.BEFORE);
            case END_CR -> {
                if (value != '\n') {
                    yield malformed("a carriage return without a line feed");
                }
                result = Result.COMPLETE;
                yield false;
            }
        };
    }

    /** Processes a byte before the request line: a few empty lines are ignored there (RFC 9112 §2.2). */
    private boolean before(byte value) {
        if (value == '\r' && ++count <= BEFORE_MOST) {
            state = State.BEFORE_CR;
            return true;
        }
        count = 0;
        state = State.LINE;
        return line(value);
    }

    private boolean line(byte value) {
        if (value > ' ' && value < 0x7f) {
            return within(maxLine, Result.LINE_TOO_LONG);
        }
        if (value == ' ') {
            spaces++;
            if (spaces > 2 || count == 0) {
                return malformed("a request line that is not three parts");
            }
            return within(maxLine, Result.LINE_TOO_LONG);
        }
        if (value == '\r') {
            if (spaces != 2) {
                return malformed("a request line that is not three parts");
            }
            count = 0;
            state = State.LINE_CR;
            return true;
        }
        return malformed(
                value == '\n'
                        ? "a line feed without a carriage return"
                        : "a control or non-ASCII character in the request line");
    }

    private boolean fieldStart(byte value) {
        if (value == '\r') {
            state = State.END_CR;
            return true;
        }
        if (value == ' ' || value == '\t') {
            return malformed("a folded header line");
        }
        if (++fields > maxFields) {
            result = Result.HEADERS_TOO_LARGE;
            return false;
        }
        nameLength = 0;
        state = State.NAME;
        return name(value);
    }

    private boolean name(byte value) {
        if (value == ':') {
            if (nameLength == 0) {
                return malformed("a header line without a name");
            }
            state = State.VALUE;
            return within(maxHeaders, Result.HEADERS_TOO_LARGE);
        }
        if (!FieldNames.isTokenOctet(value)) {
            return malformed("a character that a field name cannot hold");
        }
        nameLength++;
        return within(maxHeaders, Result.HEADERS_TOO_LARGE);
    }

    private boolean value(byte value) {
        if (FieldSection.isValueOctet(value)) {
            return within(maxHeaders, Result.HEADERS_TOO_LARGE);
        }
        if (value == '\r') {
            state = State.VALUE_CR;
            return within(maxHeaders, Result.HEADERS_TOO_LARGE);
        }
        return malformed(
                value == '\n' ? "a line feed without a carriage return" : "a control character in a field value");
    }

    private boolean lineFeed(byte value, State next) {
        if (value != '\n') {
            return malformed("a carriage return without a line feed");
        }
        state = next;
        return true;
    }

    private boolean within(int most, Result beyond) {
        if (++count > most) {
            result = beyond;
            return false;
        }
        return true;
    }

    private boolean malformed(String what) {
        result = Result.MALFORMED;
        reason = what;
        return false;
    }
}
