package app.rcommerce.gateway.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parser of Structured Field dictionaries (RFC 9651 §4.2.2) as far as cache directives need them: integers and
 * booleans keep their value, every other item is only recognised. Any error makes the whole field invalid. An instance
 * is for one text and one thread.
 */
public final class StructuredDictionary {

    /** A value that is legal but neither an integer nor a boolean. */
    static final Object OTHER = new Object();

    private final String text;
    private int at;

    private StructuredDictionary(String text) {
        this.text = text;
    }

    /**
     * The members by key; values are {@link Long}, {@link Boolean} or {@link #OTHER}, and of equal keys the last
     * counts.
     *
     * @return null where the text is not a dictionary
     */
    public static @Nullable Map<String, Object> parse(String text) {
        try {
            return new StructuredDictionary(text).dictionary();
        } catch (Invalid e) {
            return null;
        }
    }

    private Map<String, Object> dictionary() throws Invalid {
        Map<String, Object> members = new LinkedHashMap<>();
        skip(" ");
        while (at < text.length()) {
            String key = key();
            Object value = true;
            if (eat('=')) {
                value = peek() == '(' ? innerList() : bareItem();
            }
            parameters();
            members.put(key, value);
            skip(" \t");
            if (at == text.length()) {
                return members;
            }
            expect(eat(','));
            skip(" \t");
            expect(at < text.length());
        }
        return members;
    }

    private Object innerList() throws Invalid {
        at++;
        while (true) {
            skip(" ");
            if (eat(')')) {
                return OTHER;
            }
            bareItem();
            parameters();
            expect(peek() == ' ' || peek() == ')');
        }
    }

    private void parameters() throws Invalid {
        while (eat(';')) {
            skip(" ");
            key();
            if (eat('=')) {
                bareItem();
            }
        }
    }

    private String key() throws Invalid {
        int start = at;
        expect(lower(peek()) || peek() == '*');
        while (lower(peek()) || digit(peek()) || "_-.*".indexOf(peek()) >= 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private Object bareItem() throws Invalid {
        char first = peek();
        if (first == '-' || digit(first)) {
            return number();
        }
        if (first == '?') {
            at++;
            boolean value = peek() == '1';
            expect(eat('1') || eat('0'));
            return value;
        }
        if (first == '@') {
            at++;
            expect(number() instanceof Long);
            return OTHER;
        }
        if (first == '"') {
            string();
        } else if (first == ':') {
            byteSequence();
        } else if (first == '%') {
            at++;
            displayString();
        } else {
            token();
        }
        return OTHER;
    }

    private Object number() throws Invalid {
        int start = at;
        eat('-');
        int digits = digits();
        expect(digits >= 1 && digits <= 15);
        if (!eat('.')) {
            return Long.parseLong(text.substring(start, at));
        }
        int fraction = digits();
        expect(digits <= 12 && fraction >= 1 && fraction <= 3);
        return OTHER;
    }

    private int digits() {
        int start = at;
        while (digit(peek())) {
            at++;
        }
        return at - start;
    }

    private void string() throws Invalid {
        at++;
        while (!eat('"')) {
            if (eat('\\')) {
                expect(peek() == '"' || peek() == '\\');
            }
            expect(peek() >= 0x20 && peek() < 0x7f);
            at++;
        }
    }

    private void displayString() throws Invalid {
        expect(eat('"'));
        while (!eat('"')) {
            if (eat('%')) {
                expect(at + 2 <= text.length() && lowerHex(text.charAt(at)) && lowerHex(text.charAt(at + 1)));
                at++;
            }
            expect(peek() >= 0x20 && peek() < 0x7f);
            at++;
        }
    }

    private void byteSequence() throws Invalid {
        at++;
        while (letter(peek()) || digit(peek()) || "+/=".indexOf(peek()) >= 0) {
            at++;
        }
        expect(eat(':'));
    }

    private void token() throws Invalid {
        expect(letter(peek()) || peek() == '*');
        while (letter(peek()) || digit(peek()) || "!#$%&'*+-.^_`|~:/".indexOf(peek()) >= 0) {
            at++;
        }
    }

    /** The present character; NUL, which no rule allows, at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean eat(char c) {
        if (peek() != c || at == text.length()) {
            return false;
        }
        at++;
        return true;
    }

    private void skip(String characters) {
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private static void expect(boolean holds) throws Invalid {
        if (!holds) {
            throw new Invalid();
        }
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean lower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean letter(char c) {
        return lower(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean lowerHex(char c) {
        return digit(c) || (c >= 'a' && c <= 'f');
    }

    /** Thrown where the text is not a dictionary. It has no stack trace, since peers decide how often it is thrown. */
    private static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        Invalid() {
            super(null, null, false, false);
        }
    }
}
