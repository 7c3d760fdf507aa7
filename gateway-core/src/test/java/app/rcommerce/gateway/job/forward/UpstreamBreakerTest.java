package app.rcommerce.gateway.job.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpstreamBreakerTest {

    private final UpstreamBreaker breaker = new UpstreamBreaker();

    private void fail(int times, long now) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now);
        }
    }

    @Test
    void itOpensAfterFailuresInARow() {
        fail(UpstreamBreaker.FAILURES - 1, 0);
        breaker.succeeded();
        fail(UpstreamBreaker.FAILURES - 1, 0);
        assertThat(breaker.admits(8, 0)).isEqualTo(8);

        assertThat(breaker.failed(0)).isTrue();

        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.admits(8, 0)).isZero();
        assertThat(breaker.waitMillis(400)).isEqualTo(UpstreamBreaker.FIRST_MILLIS - 400);
    }

    @Test
    void oneOnTrialClosesItOrOpensItForLonger() {
        fail(UpstreamBreaker.FAILURES, 0);
        long now = UpstreamBreaker.FIRST_MILLIS;
        assertThat(breaker.admits(8, now)).isEqualTo(1);
        breaker.begun(1);
        assertThat(breaker.admits(8, now)).as("while it is under way").isZero();
        assertThat(breaker.failed(now)).isTrue();
        assertThat(breaker.admits(8, now + UpstreamBreaker.FIRST_MILLIS)).isZero();
        now += 2 * UpstreamBreaker.FIRST_MILLIS;
        assertThat(breaker.admits(8, now)).isEqualTo(1);
        breaker.begun(1);

        breaker.succeeded();

        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.admits(8, now)).isEqualTo(8);
    }

    @Test
    void itIsOpenForAMinuteAtMost() {
        fail(UpstreamBreaker.FAILURES, 0);
        long now = 0;
        for (int i = 0; i < 20; i++) {
            long wait = breaker.waitMillis(now);
            assertThat(wait).isLessThanOrEqualTo(UpstreamBreaker.LONGEST_MILLIS);
            now += wait;
            breaker.begun(1);
            breaker.failed(now);
        }
        assertThat(breaker.waitMillis(now)).isEqualTo(UpstreamBreaker.LONGEST_MILLIS);
    }

    @Test
    void attemptsThatBeganBeforeItOpenedDoNotOpenItForLonger() {
        fail(UpstreamBreaker.FAILURES, 0);

        assertThat(breaker.failed(10)).isFalse();

        assertThat(breaker.waitMillis(0)).isEqualTo(UpstreamBreaker.FIRST_MILLIS);
    }

    @Test
    void aTrialThatSaysNothingIsMadeAgain() {
        fail(UpstreamBreaker.FAILURES, 0);
        breaker.begun(1);

        breaker.abandoned();

        assertThat(breaker.admits(8, UpstreamBreaker.FIRST_MILLIS)).isEqualTo(1);
    }
}
