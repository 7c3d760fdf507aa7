package app.rcommerce.gateway.limit;

/**
 * One window of one limit as it is counted for one identifier: what a store is asked about. Immutable; made once per
 * limit, rate and multiplier, not per request.
 *
 * @param policy the policy's name on the wire: {@code anonymous-minute}
 * @param field the name of this meter among those of an identifier: limit and window length, so that a changed window
 *     starts a counter of its own
 * @param quota requests in any span of one window, at least 1
 * @param windowMillis the window's length
 * @param enforced whether a refusal counts; a meter in shadow mode only reports
 */
public record Meter(String policy, String field, long quota, long windowMillis, boolean enforced) {

    /** The meter of a limit's rate, the quota multiplied and rounded down, but at least 1. */
    public static Meter of(Limit limit, Rate rate, double multiplier) {
        long quota = multiplier == 1.0
                ? rate.quota()
                : Math.clamp((long) Math.floor(rate.quota() * multiplier), 1, Rate.MAX_QUOTA);
        return new Meter(
                limit.name() + "-" + rate.label(),
                limit.name() + ":" + rate.window().toMillis(),
                quota,
                rate.window().toMillis(),
                limit.mode() == Limit.Mode.ENFORCE);
    }

    /** The length of the parts the window is cut into, in milliseconds: a hundredth of it, rounded up. */
    public long partMillis() {
        return SlidingWindow.partMillis(windowMillis);
    }
}
