package app.rcommerce.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

    @ParameterizedTest
    @CsvSource({
        "60/minute, 60, 60000, minute",
        "1/second, 1, 1000, second",
        "3000/hour, 3000, 3600000, hour",
        "10000/day, 10000, 86400000, day",
        "200/10s, 200, 10000, 10s",
        "5/100ms, 5, 100, 100ms",
        "1/366d, 1, 31622400000, 366d",
        "1000000000000/second, 1000000000000, 1000, second",
        "007/minute, 7, 60000, minute",
    })
    void aRateIsACountInAWindow(String text, long quota, long windowMillis, String label) {
        assertThat(Rate.parse(text)).isEqualTo(new Rate(text, label, quota, Duration.ofMillis(windowMillis)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "60",
                "/minute",
                "60/",
                "60/minutes",
                "60/ minute",
                "60 /minute",
                "-1/minute",
                "0/minute",
                "1.5/minute",
                "60/minute/hour",
                "1000000000001/second",
                "99999999999999/second",
                "1/99ms",
                "1/367d",
                "1/0s",
                "\u0661/minute",
                "60/MINUTE",
                "60/week",
                "+1/minute"
            })
    void whatIsNoRateIsRefused(String text) {
        assertThat(Rate.parse(text)).isNull();
    }

    @Test
    void aRateOutOfBoundsCannotBeMade() {
        assertThatThrownBy(() -> new Rate("x", "x", 0, Duration.ofSeconds(1))).hasMessageContaining("quota: 0");
        assertThatThrownBy(() -> new Rate("x", "x", 1, Duration.ofMillis(99))).hasMessageContaining("PT0.099S");
    }

    private static Limit limit(Limit.Mode mode) {
        return new Limit(
                "api_key",
                LimitKey.of(LimitKey.Plain.API_KEY),
                Limit.AppliesTo.ALL,
                List.of(Rate.parse("10/minute")),
                mode);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "0.5, 5", "0.55, 5", "0.01, 1", "1e300, 1000000000000", "1.99, 19"})
    void aQuotaIsMultipliedAndRoundedDownButNeverToNothing(double multiplier, long quota) {
        Limit limit = limit(Limit.Mode.ENFORCE);
        assertThat(Meter.of(limit, limit.rates().getFirst(), multiplier))
                .isEqualTo(new Meter("api_key-minute", "api_key:60000", quota, 60_000, true));
    }

    @Test
    void aShadowMeterIsNotEnforced() {
        Limit limit = limit(Limit.Mode.SHADOW);
        Meter meter = Meter.of(limit, limit.rates().getFirst(), 1);
        assertThat(meter.enforced()).isFalse();
        assertThat(meter.partMillis()).isEqualTo(600);
    }

    @Test
    void aLimitHasARate() {
        assertThatThrownBy(() -> new Limit(
                        "x", LimitKey.of(LimitKey.Plain.IP), Limit.AppliesTo.ALL, List.of(), Limit.Mode.ENFORCE))
                .hasMessageContaining("at least one");
    }
}
