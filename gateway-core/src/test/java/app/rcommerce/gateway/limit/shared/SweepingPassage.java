package app.rcommerce.gateway.limit.shared;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;

/** Time that passes by hand, with the sweeps of a node. */
record SweepingPassage(HandClock clock, Runnable sweep) implements Passage {

    private static final Duration SWEEP = Duration.ofMillis(LeasingLimitStore.SWEEP_MILLIS);

    @Override
    public long millis() {
        return clock.millis();
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public void idle(Duration time) {
        Duration left = time;
        // After so many nothing is due any more.
        for (int i = 0; i < 500 && left.compareTo(SWEEP) > 0; i++) {
            clock.advance(SWEEP);
            sweep.run();
            left = left.minus(SWEEP);
        }
        clock.advance(left);
        sweep.run();
    }

    @Override
    public void within(Duration time, Runnable assertion) {
        idle(time);
        assertion.run();
    }
}
