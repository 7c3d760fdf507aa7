package app.rcommerce.gateway.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, 250",
        "30s, 30000",
        "5m, 300000",
        "1h, 3600000",
        "9h, 32400000",
        "7d, 604800000",
        "0s, 0",
        "36525d, 3155760000000",
        "0000000000001s, 1000"
    })
    void aDurationIsAWholeNumberOfOneUnitUpToAHundredYears(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "5 s",
                "5S",
                "5x",
                "-5s",
                "1.5s",
                "36526d",
                "9999999999999d",
                "99999999999999ms",
                "00000000000001s",
                "5sec",
                "\u0665s",
                "5ss"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThat(Durations.parse(text)).isNull();
    }

    @Test
    void durationsAreWrittenInTheLargestUnitThatIsExact() {
        assertThat(List.of(0L, 1L, 90_000L, 300_000L, 7_200_000L, 86_400_000L))
                .extracting(millis -> Durations.format(Duration.ofMillis(millis)))
                .containsExactly("0ms", "1ms", "90s", "5m", "2h", "1d");
    }
}
