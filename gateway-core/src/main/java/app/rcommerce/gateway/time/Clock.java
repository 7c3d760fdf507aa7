package app.rcommerce.gateway.time;

/**
 * The clocks of the gateway: a monotonic one and the calendar's. {@link #system} is the only reader of the system's
 * clocks; tests use a clock that is moved by hand. Safe for use by any thread.
 */
public interface Clock {

    /** Monotonic nanoseconds from an arbitrary origin: for durations and deadlines, never for dates. */
    long nanos();

    /** Milliseconds since the Unix epoch: for expiry times and fields on the wire; may step backwards. */
    long millis();

    /** The system's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
