package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Meter;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The informational fields of an answer: the platform's {@code X-RateLimit-*}, and {@code RateLimit-Policy} and {@code
 * RateLimit} of draft-ietf-httpapi-ratelimit-headers-10. Values describe the window nearest to the end of its quota.
 * Pure; any thread.
 */
public final class RateLimitFields {

    private RateLimitFields() {}

    /** Calls {@code set} with each field's name, in lower case, and its value; not at all where nothing was metered. */
    public static void write(List<LimitReport> reports, long nowMillis, BiConsumer<String, String> set) {
        if (reports.isEmpty()) {
            return;
        }
        LimitReport nearest = nearest(reports);
        Meter meter = nearest.meter();
        long remaining = nearest.state().remaining();
        // A part may outlive its window by 1 %; only to a caller that must wait does that matter.
        long resetMillis = nearest.state().over()
                ? nearest.state().resetMillis()
                : Math.min(nearest.state().resetMillis(), meter.windowMillis());
        set.accept("x-ratelimit-limit", Long.toString(meter.quota()));
        set.accept("x-ratelimit-remaining", Long.toString(remaining));
        set.accept("x-ratelimit-reset", Long.toString(secondsUp(nowMillis + resetMillis)));
        set.accept("x-ratelimit-policy", meter.quota() + ";w=" + secondsUp(meter.windowMillis()));
        set.accept("ratelimit-policy", policies(reports));
        set.accept("ratelimit", item(new StringBuilder(48), meter)
                .append(";r=").append(remaining)
                .append(";t=").append(secondsUp(resetMillis))
                .toString());
    }

    /** Whole seconds, rounded up: a client that waits so long has waited long enough. */
    static long secondsUp(long millis) {
        return Math.ceilDiv(millis, 1000L);
    }

    private static LimitReport nearest(List<LimitReport> reports) {
        LimitReport nearest = reports.getFirst();
        for (int i = 1; i < reports.size(); i++) {
            if (isNearer(reports.get(i), nearest)) {
                nearest = reports.get(i);
            }
        }
        return nearest;
    }

    private static boolean isNearer(LimitReport a, LimitReport b) {
        if (a.state().over() != b.state().over()) {
            return a.state().over();
        }
        if (a.state().remaining() != b.state().remaining()) {
            return a.state().remaining() < b.state().remaining();
        }
        return a.state().over() && a.state().resetMillis() > b.state().resetMillis();
    }

    private static String policies(List<LimitReport> reports) {
        StringBuilder text = new StringBuilder(48 * reports.size());
        for (int i = 0; i < reports.size(); i++) {
            Meter meter = reports.get(i).meter();
            if (i > 0) {
                text.append(", ");
            }
            item(text, meter)
                    .append(";q=").append(meter.quota())
                    .append(";w=").append(secondsUp(meter.windowMillis()));
        }
        return text.toString();
    }

    /** A policy's name as a Structured Field string; names are checked to need no escape. */
    private static StringBuilder item(StringBuilder text, Meter meter) {
        return text.append('"').append(meter.policy()).append('"');
    }
}
