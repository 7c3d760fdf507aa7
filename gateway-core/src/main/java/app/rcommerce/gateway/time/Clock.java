package app.rcommerce.gateway.time;

import java.util.concurrent.TimeUnit;

/**
 * The clocks of the gateway: a monotonic one and the calendar's. {@link #system} is the only reader of the system's
 * clocks; tests use a clock that is moved by hand. Safe for use by any thread.
 */
public interface Clock {

    /** Monotonic nanoseconds from an arbitrary origin: for durations and deadlines, never for dates. */
    long nanos();

    /** Milliseconds since the Unix epoch: for expiry times and fields on the wire; may step backwards. */
    long millis();

    /** This clock, whose milliseconds go on from now by its nanoseconds, and so do not step. */
    default Clock withoutSteps() {
        Clock clock = this;
        long epochMillis = millis() - TimeUnit.NANOSECONDS.toMillis(nanos());
        return new Clock() {
            @Override
            public long nanos() {
                return clock.nanos();
            }

            @Override
            public long millis() {
                return epochMillis + TimeUnit.NANOSECONDS.toMillis(clock.nanos());
            }
        };
    }

    /** The system's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
