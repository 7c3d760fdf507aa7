package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;

/**
 * The report of one enforced meter that was asked, for the informational fields of the response.
 *
 * @param words the texts in those fields that are the same in every response
 */
public record LimitReport(Meter meter, Words words, Decision.State state) {

    /**
     * The texts about a meter in fields. Names are checked to need no escape in a Structured Field.
     *
     * @param quota the most that can remain: the quota, or what a token bucket holds when full
     * @param policy {@code 60;w=60}
     * @param item {@code "anonymous-minute"}
     * @param policyItem {@code "anonymous-minute";q=60;w=60}
     */
    public record Words(String quota, String policy, String item, String policyItem) {

        /** The texts about a meter; made once, not for each request. */
        public static Words of(Meter meter) {
            // Of a bucket its burst, and the time in which that flows in: the same rate, and no less than remains.
            String quota = Long.toString(meter.burst());
            String window = ";w=" + RateLimitFields.secondsUp(meter.spanMillis());
            String item = '"' + meter.policy() + '"';
            return new Words(quota, quota + window, item, item + ";q=" + quota + window);
        }
    }
}
