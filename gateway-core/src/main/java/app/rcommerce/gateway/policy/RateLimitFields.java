package app.rcommerce.gateway.policy;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Writes the informational fields about rate limits in a response: the platform's {@code X-RateLimit-*}, and
 * {@code RateLimit-Policy} and {@code RateLimit} of draft-ietf-httpapi-ratelimit-headers-10. Values describe the window
 * nearest to the end of its quota. Pure; any thread.
 */
public final class RateLimitFields {

    /** The fields, in the order in which they are written. */
    public enum Name {
        X_LIMIT("x-ratelimit-limit"),
        X_REMAINING("x-ratelimit-remaining"),
        X_RESET("x-ratelimit-reset"),
        X_POLICY("x-ratelimit-policy"),
        POLICY("ratelimit-policy"),
        LIMIT("ratelimit");

        private final String text;

        Name(String text) {
            this.text = text;
        }

        /** The field's name in lower case. */
        public String text() {
            return text;
        }
    }

    private RateLimitFields() {}

    /** Calls {@code set} with each field's name and value; not at all where nothing was metered. */
    public static void write(List<LimitReport> reports, long nowMillis, BiConsumer<Name, String> set) {
        if (reports.isEmpty()) {
            return;
        }
        LimitReport nearest = nearest(reports);
        LimitReport.Words words = nearest.words();
        String remaining = Long.toString(nearest.state().remaining());
        // A part may outlive its window by a little; only to a caller that must wait does that matter.
        long resetMillis = nearest.state().over()
                ? nearest.state().resetMillis()
                : Math.min(nearest.state().resetMillis(), nearest.meter().spanMillis());
        set.accept(Name.X_LIMIT, words.quota());
        set.accept(Name.X_REMAINING, remaining);
        set.accept(Name.X_RESET, Long.toString(secondsUp(nowMillis + resetMillis)));
        set.accept(Name.X_POLICY, words.policy());
        set.accept(Name.POLICY, policies(reports));
        set.accept(Name.LIMIT, words.item() + ";r=" + remaining + ";t=" + secondsUp(resetMillis));
    }

    /** Whole seconds, rounded up, so that a client that waits so long has waited long enough. */
    public static long secondsUp(long millis) {
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
        String first = reports.getFirst().words().policyItem();
        if (reports.size() <= 2) {
            return reports.size() == 1
                    ? first
                    : first + ", " + reports.getLast().words().policyItem();
        }
        StringBuilder text = new StringBuilder(48 * reports.size());
        for (int i = 0; i < reports.size(); i++) {
            text.append(i > 0 ? ", " : "").append(reports.get(i).words().policyItem());
        }
        return text.toString();
    }
}
