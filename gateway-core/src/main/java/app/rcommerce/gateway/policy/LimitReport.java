package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;

/**
 * One enforced meter after it was asked, for the informational fields of the answer.
 *
 * @param words what of those fields is the same in every answer
 */
public record LimitReport(Meter meter, Words words, Decision.State state) {

    /**
     * What a meter is called in fields; names are checked to need no escape in a Structured Field.
     *
     * @param quota the quota
     * @param policy {@code 60;w=60}
     * @param item {@code "anonymous-minute"}
     * @param policyItem {@code "anonymous-minute";q=60;w=60}
     */
    public record Words(String quota, String policy, String item, String policyItem) {

        /** Those of a meter: made once, not per request. */
        public static Words of(Meter meter) {
            String quota = Long.toString(meter.quota());
            String window = ";w=" + RateLimitFields.secondsUp(meter.windowMillis());
            String item = '"' + meter.policy() + '"';
            return new Words(quota, quota + window, item, item + ";q=" + quota + window);
        }
    }
}
