package app.rcommerce.gateway.config.read;

import app.rcommerce.gateway.config.Sizes;
import app.rcommerce.gateway.time.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The form that a text of the configuration must have, such as a duration within bounds: it reads a value from the
 * text, and describes what was expected where it cannot. Stateless.
 */
public interface Form<T> {

    /** Any text that is not empty. */
    Form<String> NOT_EMPTY = of("a text that is not empty", text -> text.isEmpty() ? null : text);

    /** The value of the text, or null where the text does not have the form. */
    @Nullable
    T read(String text);

    /** The description of a right value, for the message about this wrong text. */
    String expected(String text);

    /** A form with the same description for every wrong text. */
    static <T> Form<T> of(String expected, Function<String, @Nullable T> read) {
        return new Form<>() {
            @Override
            public @Nullable T read(String text) {
                return read.apply(text);
            }

            @Override
            public String expected(String text) {
                return expected;
            }
        };
    }

    /** One of a few words. */
    static <T> Form<T> oneOf(Map<String, T> words) {
        return new Form<>() {
            @Override
            public @Nullable T read(String text) {
                return words.get(text);
            }

            @Override
            public String expected(String text) {
                return Nearest.expected(text, words.keySet());
            }
        };
    }

    /** One of a few words; the value is the word itself. */
    static Form<String> anyOf(Collection<String> words) {
        Map<String, String> same = new LinkedHashMap<>();
        words.forEach(word -> same.put(word, word));
        return oneOf(same);
    }

    /** One of an enum's words, in lower case. */
    static <E extends Enum<E>> Form<E> words(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return oneOf(words);
    }

    /** A duration within bounds. */
    static Form<Duration> duration(Duration least, Duration most, String expected) {
        return of(expected + ", from " + Durations.format(least) + " to " + Durations.format(most), text -> {
            Duration value = Durations.parse(text);
            return value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0 ? null : value;
        });
    }

    /** A size in bytes within bounds. */
    static Form<Long> size(long least, long most) {
        return of(Sizes.EXPECTED + ", from " + Sizes.format(least) + " to " + Sizes.format(most), text -> {
            long bytes = Sizes.parse(text);
            return bytes < least || bytes > most ? null : Long.valueOf(bytes);
        });
    }

    /** A text that matches a regular expression as a whole. */
    static Form<String> matching(String regex, String expected) {
        return of(expected, text -> text.matches(regex) ? text : null);
    }
}
