package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.http.HttpDate;

/** The current value of the {@code Date} field (RFC 9110 §6.6.1), formatted once a second. Safe for any thread. */
final class DateField {

    private record Second(long number, String text) {}

    private static volatile Second latest = second(0);

    private DateField() {}

    static String now() {
        long number = System.currentTimeMillis() / 1000;
        Second known = latest;
        if (known.number() != number) {
            known = second(number);
            latest = known;
        }
        return known.text();
    }

    private static Second second(long number) {
        return new Second(number, HttpDate.format(number * 1000));
    }
}
