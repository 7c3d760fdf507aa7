package app.rcommerce.gateway.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts the HTTP-date (RFC 9110 §5.6.7) from and to milliseconds since the epoch. All three forms are read; only the
 * first is written. Reading never throws. Safe for any thread.
 */
public final class HttpDate {

    private static final int LONGEST = 40;
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final String TIME = "(\\d{2}):(\\d{2}):(\\d{2})";
    private static final Pattern IMF =
            Pattern.compile("[A-Z][a-z]{2}, (\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) " + TIME + " GMT");
    private static final Pattern RFC_850 =
            Pattern.compile("[A-Z][a-z]{5,8}, (\\d{2})-([A-Z][a-z]{2})-(\\d{2}) " + TIME + " GMT");
    private static final Pattern ASCTIME =
            Pattern.compile("[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \\d]\\d) " + TIME + " (\\d{4})");

    private HttpDate() {}

    /**
     * The time that the text names; empty where it is not a date.
     *
     * @param nowMillis the present time, which decides the century of a year of two digits: one that would lie more
     *     than 50 years ahead is in the past
     */
    public static OptionalLong parse(String text, long nowMillis) {
        if (text.length() > LONGEST) {
            return OptionalLong.empty();
        }
        Matcher imf = IMF.matcher(text);
        if (imf.matches()) {
            return time(number(imf, 3), imf.group(2), number(imf, 1), imf, 4);
        }
        Matcher asctime = ASCTIME.matcher(text);
        if (asctime.matches()) {
            int day = Integer.parseInt(asctime.group(2).strip());
            return time(number(asctime, 6), asctime.group(1), day, asctime, 3);
        }
        Matcher rfc850 = RFC_850.matcher(text);
        if (rfc850.matches()) {
            int thisYear =
                    Instant.ofEpochMilli(nowMillis).atOffset(ZoneOffset.UTC).getYear();
            int year = thisYear - thisYear % 100 + number(rfc850, 3);
            return time(year > thisYear + 50 ? year - 100 : year, rfc850.group(2), number(rfc850, 1), rfc850, 4);
        }
        return OptionalLong.empty();
    }

    /** The time in the preferred form, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}; fractions of a second are cut. */
    public static String format(long millis) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1000L), 0, ZoneOffset.UTC);
        return String.format(
                Locale.ROOT,
                "%s, %02d %s %04d %02d:%02d:%02d GMT",
                DAYS.get(time.getDayOfWeek().getValue() - 1),
                time.getDayOfMonth(),
                MONTHS.get(time.getMonthValue() - 1),
                time.getYear(),
                time.getHour(),
                time.getMinute(),
                time.getSecond());
    }

    private static OptionalLong time(int year, String monthName, int day, Matcher groups, int firstOfTime) {
        // A leap second is a legal time that java.time does not know.
        int second = Math.min(number(groups, firstOfTime + 2), 59);
        if (number(groups, firstOfTime + 2) > 60) {
            return OptionalLong.empty();
        }
        try {
            LocalDateTime time = LocalDateTime.of(
                    year,
                    MONTHS.indexOf(monthName) + 1,
                    day,
                    number(groups, firstOfTime),
                    number(groups, firstOfTime + 1),
                    second);
            return OptionalLong.of(time.toEpochSecond(ZoneOffset.UTC) * 1000);
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
