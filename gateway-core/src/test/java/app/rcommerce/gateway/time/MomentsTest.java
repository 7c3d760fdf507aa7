package app.rcommerce.gateway.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {

    private static final long NEW_YEAR = 1_767_225_600_000L;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1767225600",
                "1767225600.0",
                "1767225600.0009",
                "1.7672256e+09",
                "1.7672256E9",
                "1767225600000",
                "1767225600000.9",
                "1767225600000000",
                "1767225600000000000",
                " 1767225600\n",
                "\"1767225600\"",
                "2026-01-01",
                "2026-01-01T00:00:00Z",
                "2026-01-01t00:00:00z",
                "2026-01-01T00:00Z",
                "2026-01-01T00:00:00.000Z",
                "2026-01-01T00:00:00.000999Z",
                "2026-01-01T01:00:00+01:00",
                "2026-01-01T01:00:00+0100",
                "2026-01-01T01:00:00+01",
                "2025-12-31T16:00:00-08:00",
                "2026-01-01 00:00:00+00:00",
                "2026-01-01 00:00:00",
                "2026-01-01T00:00:00",
                "\"2026-01-01T00:00:00Z\"",
            })
    void oneMomentHasManyTexts(String text) {
        assertThat(Moments.parse(text)).isEqualTo(NEW_YEAR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"\"",
                "soon",
                "-5",
                "1,5",
                "1.",
                "0x10",
                "NaN",
                "Infinity",
                "99999999999999999999999",
                "1e99",
                "\u0661\u0662",
                "{}",
                "[1767225600]",
                "2026-13-01T00:00:00Z",
                "2026-02-30",
                "2026-01-01T25:00:00Z",
                "2026-01-01T00:00:00+99:00",
                "01/02/2026",
                "Thu, 01 Jan 2026 00:00:00 GMT",
                "2026-01-01T00:00:00Z and more",
                "99999999999999999999999999999999999999999999999999999999999999999999999999999",
            })
    void whatIsNoMomentIsNone(String text) {
        assertThat(Moments.parse(text)).isEqualTo(Moments.NONE);
    }

    @Test
    void fractionsOfSecondsCount() {
        assertThat(Moments.parse("1767225600.25")).isEqualTo(NEW_YEAR + 250);
        assertThat(Moments.parse("2026-01-01T00:00:00.25Z")).isEqualTo(NEW_YEAR + 250);
        assertThat(Moments.parse("0")).isZero();
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            long millis = random.nextLong(1L << (1 + random.nextInt(46)));
            assertThat(Moments.parse(Moments.format(millis))).as("seed " + seed).isEqualTo(millis);
        }
        assertThat(Moments.format(NEW_YEAR)).isEqualTo("1767225600000");
        assertThat(Moments.format(1000)).isEqualTo("1970-01-01T00:00:01Z");
    }
}
