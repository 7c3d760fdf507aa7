package app.rcommerce.gateway.server.token;

import app.rcommerce.gateway.cache.CacheControl;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.HttpDate;
import app.rcommerce.gateway.token.KeySet;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The usable keys of a JWK set as it was fetched (RFC 7517 §5), and for how long they may be kept. Immutable.
 *
 * @param keys those of its keys that can be used
 * @param life after which it is to be fetched anew
 */
record FetchedKeys(KeySet keys, Duration life) {

    static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);
    static final Duration DEFAULT_LIFE = Duration.ofMinutes(15);
    static final Duration LONGEST_LIFE = Duration.ofHours(24);

    /**
     * The time for which the response may be kept by its own fields (RFC 9111 §4.2), within bounds: with a lifetime of
     * a year an issuer could never rotate its keys, and without one it must not be asked all the time.
     */
    static Duration life(Headers headers, long nowMillis) {
        CacheControl control = CacheControl.of(headers);
        if (control.noStore() || control.noCache()) {
            return SHORTEST_LIFE;
        }
        if (control.maxAge() != CacheControl.ABSENT) {
            return within(Duration.ofSeconds(control.maxAge() - age(headers)));
        }
        String expires = headers.get("Expires");
        if (expires == null) {
            return DEFAULT_LIFE;
        }
        // The issuer's own clock, where it shows it, so that ours need not agree with it.
        String date = headers.get("Date");
        long from = date == null ? nowMillis : HttpDate.parse(date, nowMillis).orElse(nowMillis);
        OptionalLong until = HttpDate.parse(expires, nowMillis);
        return until.isEmpty() ? SHORTEST_LIFE : within(Duration.ofMillis(until.getAsLong() - from));
    }

    private static long age(Headers headers) {
        String age = headers.get("Age");
        return age != null && age.matches("[0-9]{1,9}") ? Long.parseLong(age) : 0;
    }

    private static Duration within(Duration life) {
        if (life.compareTo(SHORTEST_LIFE) < 0) {
            return SHORTEST_LIFE;
        }
        return life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life;
    }
}
