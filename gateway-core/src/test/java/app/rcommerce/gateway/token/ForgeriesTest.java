package app.rcommerce.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForgeriesTest {

    private static final Identifier ADDRESS = Identifier.ip("203.0.113.9");

    private final HandClock clock = new HandClock();
    private final Forgeries forgeries = new Forgeries(Rate.parse("20/minute"), clock);

    private int untilItWaits() {
        for (int i = 0; i < 100; i++) {
            if (forgeries.waitMillis(ADDRESS) > 0) {
                return i;
            }
            forgeries.happened(ADDRESS);
        }
        return 100;
    }

    @Test
    void aQuarterOfTheRateIsVerifiedInARowAndThenOneAtATime() {
        assertThat(forgeries.waitMillis(ADDRESS)).isZero();
        assertThat(untilItWaits()).isEqualTo(5);
        assertThat(forgeries.waitMillis(ADDRESS)).isEqualTo(3_000);
        clock.advance(Duration.ofMillis(2_999));
        assertThat(forgeries.waitMillis(ADDRESS)).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(untilItWaits()).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(forgeries.waitMillis(ADDRESS)).as("rounded up").isEqualTo(3_000);
        assertThat(forgeries.waitMillis(Identifier.ip("203.0.113.10"))).isZero();
    }

    @Test
    void afterAWhileAllOfThatIsForgotten() {
        untilItWaits();
        clock.advance(Duration.ofSeconds(15));
        assertThat(untilItWaits()).isEqualTo(5);
    }

    @Test
    void oneIsVerifiedHoweverSmallTheRate() {
        Forgeries few = new Forgeries(Rate.parse("1/minute"), clock);
        few.happened(ADDRESS);
        assertThat(few.waitMillis(ADDRESS)).isEqualTo(60_000);
    }
}
