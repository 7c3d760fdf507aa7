package app.rcommerce.gateway.store;

import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;

/** How time passes in a contract: by hand for a store in this process, by waiting for one that has its own clock. */
public interface Passage {

    /** Milliseconds of the wall clock. */
    long millis();

    /** Nanoseconds of a monotonic clock. */
    long nanos();

    /** Lets the time pass. */
    void idle(Duration time);

    /** Checks that the assertion holds once the time has passed; a slow store may take somewhat longer. */
    void within(Duration time, Runnable assertion);

    /** By hand. */
    static Passage of(HandClock clock) {
        return new Passage() {
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
                clock.advance(time);
            }

            @Override
            public void within(Duration time, Runnable assertion) {
                clock.advance(time);
                assertion.run();
            }
        };
    }
}
