package app.rcommerce.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {

    private static final long NOW = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long EXAMPLE = Instant.parse("1994-11-06T08:49:37Z").toEpochMilli();

    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void allThreeFormsNameTheSameTime(String text) {
        assertThat(HttpDate.parse(text, NOW)).hasValue(EXAMPLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "now",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 Xxx 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT and then some more of it"
            })
    void whatIsNoDateIsNone(String text) {
        assertThat(HttpDate.parse(text, NOW)).isEmpty();
    }

    @Test
    void aLeapSecondIsATime() {
        assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", NOW))
                .hasValue(Instant.parse("2016-12-31T23:59:59Z").toEpochMilli());
    }

    @Test
    void aYearOfTwoDigitsThatLiesFarAheadIsPast() {
        assertThat(HttpDate.parse("Friday, 01-Jan-76 00:00:00 GMT", NOW))
                .hasValue(Instant.parse("2076-01-01T00:00:00Z").toEpochMilli());
        assertThat(HttpDate.parse("Friday, 01-Jan-77 00:00:00 GMT", NOW))
                .hasValue(Instant.parse("1977-01-01T00:00:00Z").toEpochMilli());
    }

    @Test
    void whatIsWrittenIsReadBack() {
        assertThat(HttpDate.format(EXAMPLE + 999)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            long millis = random.nextLong(0, 253_402_300_799L) * 1000;
            assertThat(HttpDate.parse(HttpDate.format(millis), NOW)).hasValue(millis);
        }
    }
}
