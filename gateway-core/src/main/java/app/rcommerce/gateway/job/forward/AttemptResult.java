package app.rcommerce.gateway.job.forward;

import java.util.Locale;

/**
 * What has come of an attempt to forward a job.
 *
 * @param kind what has happened
 * @param why in a few words, for operators; empty where the job is done
 * @param askedMillis after how long the upstream wants to be asked again, or has perhaps room again; 0 where that is
 *     not known
 */
public record AttemptResult(Kind kind, String why, long askedMillis) {

    /** The kinds of results. */
    public enum Kind {
        /** The upstream has taken it: 2xx. */
        DONE,
        /** The upstream wants none of it ever: 410. */
        GONE,
        /** The upstream has answered something else. */
        REFUSED,
        /** The upstream is out of order: 5xx, 408, 429, or no whole answer in time. */
        BROKEN,
        /** Nothing of it has reached the upstream. */
        UNREACHED,
        /** It was given up by us, since it does not belong to this worker any more. */
        ABANDONED;

        /** The name in lower case, as metrics show it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The result that a status is (RFC 9110 §15). */
    public static AttemptResult of(int status, long askedMillis) {
        if (status >= 200 && status < 300) {
            return new AttemptResult(Kind.DONE, "", 0);
        }
        String why = "the upstream has answered " + status;
        if (status == 410) {
            return new AttemptResult(Kind.GONE, why, 0);
        }
        boolean broken = status >= 500 || status == 408 || status == 429;
        return new AttemptResult(broken ? Kind.BROKEN : Kind.REFUSED, why, askedMillis);
    }
}
