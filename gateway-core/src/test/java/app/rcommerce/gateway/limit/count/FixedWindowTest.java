package app.rcommerce.gateway.limit.count;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import org.junit.jupiter.api.Test;

class FixedWindowTest {

    private static final Meter METER = new Meter("f", "f:window", Algorithm.FIXED_WINDOW, 10, 60_000, 10, true);
    private static final long MINUTE = 1_767_225_600_000L;

    private final FixedWindow window = new FixedWindow(60_000);

    private void at(long millis) {
        window.advance(METER, MINUTE + millis);
    }

    @Test
    void whatIsCountedCountsUntilTheWindowEnds() {
        at(10);
        window.add(METER, 4, false);
        assertThat(window.counted(METER)).isEqualTo(4);
        assertThat(window.room(METER)).isEqualTo(6);
        assertThat(window.leaseRoom(METER)).isEqualTo(6);
        at(59_999);
        assertThat(window.room(METER)).isEqualTo(6);
        at(60_000);
        assertThat(window.room(METER)).isEqualTo(10);
        at(59_999);
        assertThat(window.room(METER)).as("a window that has gone is forgotten").isEqualTo(10);
    }

    @Test
    void untilTheNextIsWhatIsLeftOfThisOne() {
        at(20_000);
        assertThat(window.millisUntilMore(METER, MINUTE + 20_000))
                .as("nothing is counted")
                .isZero();
        window.add(METER, 10, true);
        assertThat(window.millisUntilMore(METER, MINUTE + 20_000)).isEqualTo(40_000);
        assertThat(window.millisUntilRoom(METER, 10, MINUTE + 20_000)).isEqualTo(40_000);
        assertThat(window.millisUntilRoom(METER, 11, MINUTE + 20_000))
                .as("never; told as a window")
                .isEqualTo(60_000);
        assertThat(window.lifeMillis(MINUTE + 59_999)).isEqualTo(1);
        assertThat(window.lifeMillis(MINUTE + 60_000)).as("at least").isEqualTo(1);
    }

    @Test
    void whatIsGivenBackGoesIntoItsOwnWindowAlone() {
        at(0);
        window.add(METER, 4, false);
        window.giveBack(METER, 1, MINUTE + 59_999);
        assertThat(window.counted(METER)).isEqualTo(3);
        window.giveBack(METER, 1, MINUTE - 1);
        assertThat(window.counted(METER)).isEqualTo(3);
        window.giveBack(METER, 9, MINUTE);
        assertThat(window.counted(METER)).isZero();
    }

    @Test
    void aLaterCountIsAddedToAnEarlierOne() {
        at(0);
        window.add(METER, 4, false);
        FixedWindow later = new FixedWindow(60_000);
        later.advance(METER, MINUTE);
        later.add(METER, 3, false);
        window.absorb(later);
        assertThat(window.counted(METER)).isEqualTo(7);
    }

    @Test
    void itTakesAlmostNothing() {
        assertThat(window.bytes()).isBetween(16, 64);
    }
}
