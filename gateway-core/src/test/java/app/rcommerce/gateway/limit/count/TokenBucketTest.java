package app.rcommerce.gateway.limit.count;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meter.Algorithm;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    /** Ten permits a second, twenty at once: 100 ms each, full after 2 s, leased for 40 ms. */
    private static final Meter METER = new Meter("b", "b:bucket", Algorithm.TOKEN_BUCKET, 10, 1_000, 20, true);

    private static final long NOW = 1_767_225_600_000L;

    private final TokenBucket bucket = new TokenBucket();

    private void at(long millis) {
        bucket.advance(METER, NOW + millis);
    }

    @Test
    void anEmptyBucketTakesAsLongToFillAsItsBurstTakesToFlowIn() {
        assertThat(METER.fillMillis()).isEqualTo(2_000);
        assertThat(METER.leaseMillis()).isEqualTo(40);
    }

    @Test
    void aPermitComesBackWhenItsTimeHasPassed() {
        at(0);
        assertThat(bucket.room(METER)).isEqualTo(20);
        bucket.add(METER, 19, false);
        assertThat(bucket.room(METER)).isEqualTo(1);
        assertThat(bucket.counted(METER)).isEqualTo(19);
        at(99);
        assertThat(bucket.room(METER)).isEqualTo(1);
        assertThat(bucket.counted(METER))
                .as("what is on its way back still counts")
                .isEqualTo(19);
        at(100);
        assertThat(bucket.room(METER)).isEqualTo(2);
        assertThat(bucket.counted(METER)).isEqualTo(18);
    }

    @Test
    void whatIsLeasedCountsAsIfItWereUsedAtTheEndOfItsLife() {
        at(0);
        assertThat(bucket.leaseRoom(METER))
                .as("40 of the 100 ms that the last one takes are lost")
                .isEqualTo(19);
        bucket.add(METER, 5, true);
        assertThat(bucket.lifeMillis(NOW)).isEqualTo(540);
        assertThat(bucket.room(METER)).isEqualTo(14);
        assertThat(bucket.leaseRoom(METER))
                .as("what counts already is later than the lease ends")
                .isEqualTo(14);
    }

    @Test
    void whatIsUsedAtOnceCountsFromNow() {
        at(0);
        bucket.add(METER, 5, false);
        assertThat(bucket.lifeMillis(NOW)).isEqualTo(500);
        bucket.add(METER, 5, true);
        assertThat(bucket.lifeMillis(NOW)).isEqualTo(1_000);
    }

    @Test
    void noBucketOwesMoreThanAllOfIt() {
        at(0);
        bucket.add(METER, 19, false);
        bucket.add(METER, 19, false);
        assertThat(bucket.room(METER)).isZero();
        assertThat(bucket.lifeMillis(NOW)).isEqualTo(2_000);
        bucket.add(METER, Long.MAX_VALUE, false);
        assertThat(bucket.lifeMillis(NOW)).isEqualTo(2_000);
        at(-500);
        assertThat(bucket.lifeMillis(NOW)).as("the clock has stepped back").isEqualTo(2_000);
    }

    @Test
    void untilThereIsRoomForSomeIsWhatTheyLack() {
        at(0);
        bucket.add(METER, 20, false);
        assertThat(bucket.millisUntilRoom(METER, 1, NOW)).isEqualTo(100);
        assertThat(bucket.millisUntilRoom(METER, 3, NOW)).isEqualTo(300);
        assertThat(bucket.millisUntilRoom(METER, 20, NOW)).isEqualTo(2_000);
        assertThat(bucket.millisUntilRoom(METER, 21, NOW))
                .as("never; told as a full bucket")
                .isEqualTo(2_000);
        at(40);
        assertThat(bucket.millisUntilRoom(METER, 1, NOW + 40)).isEqualTo(60);
    }

    @Test
    void untilThereIsOneMoreIsWhatItsNextPermitLacks() {
        at(0);
        assertThat(bucket.millisUntilMore(METER, NOW)).as("nothing is counted").isZero();
        bucket.add(METER, 2, false);
        assertThat(bucket.millisUntilMore(METER, NOW)).isEqualTo(100);
        at(30);
        assertThat(bucket.millisUntilMore(METER, NOW + 30)).isEqualTo(70);
        at(100);
        assertThat(bucket.millisUntilMore(METER, NOW + 100)).isEqualTo(100);
        at(199);
        assertThat(bucket.millisUntilMore(METER, NOW + 199)).isEqualTo(1);
        at(200);
        assertThat(bucket.millisUntilMore(METER, NOW + 200)).isZero();
        assertThat(bucket.lifeMillis(NOW + 200)).isEqualTo(1);
    }

    @Test
    void whatIsGivenBackIsThereAgainAndNoMoreThanWasTaken() {
        at(0);
        bucket.add(METER, 5, false);
        bucket.giveBack(METER, 2, NOW);
        assertThat(bucket.room(METER)).isEqualTo(17);
        bucket.giveBack(METER, 9, NOW);
        assertThat(bucket.room(METER)).isEqualTo(20);
    }

    @Test
    void aLaterCountIsAddedToAnEarlierOne() {
        at(0);
        bucket.add(METER, 5, false);
        TokenBucket later = new TokenBucket();
        later.advance(METER, NOW + 100);
        later.add(METER, 3, false);
        at(100);
        bucket.absorb(later);
        assertThat(bucket.counted(METER)).isEqualTo(4 + 3);
    }

    @Test
    void itTakesAlmostNothing() {
        assertThat(bucket.bytes()).isBetween(16, 64);
    }
}
