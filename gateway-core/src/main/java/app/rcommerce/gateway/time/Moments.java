package app.rcommerce.gateway.time;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The texts of moments as programs write them: a number since the epoch in seconds, milliseconds, microseconds or
 * nanoseconds, which the size of the number tells apart, with a fraction or without; or a date and time of ISO 8601, in
 * UTC where it names no offset. Either may stand in double quotes. Stateless; safe for any thread.
 */
public final class Moments {

    /** What {@link #parse} returns where a text is no moment. */
    public static final long NONE = Long.MIN_VALUE;

    /** A smaller number is one of seconds (until the year 5138), any other one of milliseconds (from 1973 on). */
    private static final long LEAST_MILLIS = 100_000_000_000L;

    private static final int LONGEST = 64;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,12})?([eE]\\+?[0-9]{1,2})?");
    private static final int DATE_LENGTH = 10;

    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHmm", "Z")
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    private Moments() {}

    /** The moment in milliseconds since the epoch, rounded down; {@link #NONE} where the text is none. */
    public static long parse(String text) {
        String bare = text.strip();
        if (bare.length() > 2 && bare.startsWith("\"") && bare.endsWith("\"")) {
            bare = bare.substring(1, bare.length() - 1).strip();
        }
        if (bare.length() > LONGEST) {
            return NONE;
        }
        return NUMBER.matcher(bare).matches() ? number(new BigDecimal(bare)) : dated(bare.toUpperCase(Locale.ROOT));
    }

    private static long number(BigDecimal number) {
        BigDecimal least = BigDecimal.valueOf(LEAST_MILLIS);
        if (number.compareTo(least) < 0) {
            return millis(number.movePointRight(3));
        }
        BigDecimal millis = number;
        for (int unit = 0; unit < 3; unit++) {
            if (millis.compareTo(least.movePointRight(3)) < 0) {
                return millis(millis);
            }
            millis = millis.movePointLeft(3);
        }
        return NONE;
    }

    private static long millis(BigDecimal number) {
        return number.setScale(0, RoundingMode.DOWN).longValueExact();
    }

    private static long dated(String text) {
        try {
            if (text.length() == DATE_LENGTH) {
                return LocalDate.parse(text)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli();
            }
            boolean spaced = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ';
            String whole = spaced ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1) : text;
            TemporalAccessor read = DATE_TIME.parseBest(whole, OffsetDateTime::from, LocalDateTime::from);
            Instant moment = read instanceof OffsetDateTime offset
                    ? offset.toInstant()
                    : LocalDateTime.from(read).toInstant(ZoneOffset.UTC);
            return moment.toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return NONE;
        }
    }

    /**
     * The text of a moment from the epoch on: its milliseconds or, where these could be taken for seconds, its date and
     * time.
     */
    public static String format(long millis) {
        return millis < LEAST_MILLIS ? Instant.ofEpochMilli(millis).toString() : Long.toString(millis);
    }
}
