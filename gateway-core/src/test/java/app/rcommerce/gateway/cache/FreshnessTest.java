package app.rcommerce.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.cache.Freshness.Candidate;
import app.rcommerce.gateway.cache.Freshness.NotStorable;
import app.rcommerce.gateway.cache.Freshness.Reason;
import app.rcommerce.gateway.cache.Freshness.Storable;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.HttpDate;
import app.rcommerce.gateway.route.Handler.CacheRule;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FreshnessTest {

    private static final long NOW = 1_767_225_600_000L;
    private static final CacheRule RULE = new CacheRule(Duration.ofMinutes(5), false, 1 << 20);
    private static final CacheRule SHARED = new CacheRule(Duration.ofMinutes(5), true, 1 << 20);
    private static final CacheRule NO_TTL = new CacheRule(Duration.ZERO, false, 1 << 20);

    private static Freshness of(int status, String... reply) {
        return of(RULE, false, status, reply);
    }

    private static Freshness of(CacheRule rule, boolean credential, int status, String... reply) {
        var candidate = new Candidate("GET", RequestDirectives.NONE, credential, status, FieldList.of(reply));
        return Freshness.of(candidate, rule, NOW, NOW);
    }

    private static long seconds(Freshness freshness) {
        assertThat(freshness).isInstanceOf(Storable.class);
        return ((Storable) freshness).lifetimeMillis() / 1000;
    }

    private static void refused(Freshness freshness, Reason reason) {
        assertThat(freshness).isEqualTo(new NotStorable(reason));
    }

    private static String in(long seconds) {
        return HttpDate.format(NOW + seconds * 1000);
    }

    @Test
    void theTtlOfTheRouteHoldsWhereTheReplySaysNothing() {
        assertThat(of(200)).isEqualTo(new Storable(NOW, 0, 300_000, List.of(), false));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 203, 301, 308, 404, 410})
    void theTtlOfTheRouteIsForTheseStatuses(int status) {
        assertThat(seconds(of(status))).isEqualTo(300);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 300, 302, 307, 405, 414, 501})
    void otherStatusesNeedALifetimeOfTheirOwn(int status) {
        refused(of(status), Reason.NO_LIFETIME);
        refused(of(status, "Cache-Control", "public"), Reason.NO_LIFETIME);
        assertThat(seconds(of(status, "Cache-Control", "max-age=60"))).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 206, 304, 400, 401, 403, 416, 429, 500, 502, 503, 504})
    void partsRefusalsAndFailuresAreNeverStored(int status) {
        refused(of(status), Reason.STATUS);
        refused(of(status, "Cache-Control", "public, max-age=60"), Reason.STATUS);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 503, 504})
    void noFailureIsCachedByDefault(int status) {
        assertThat(of(status)).isInstanceOf(NotStorable.class);
    }

    @Test
    void onlyGetIsStored() {
        for (String method : List.of("HEAD", "POST", "PUT", "get", "OPTIONS")) {
            var candidate = new Candidate(method, RequestDirectives.NONE, false, 200, FieldList.of());
            refused(Freshness.of(candidate, RULE, NOW, NOW), Reason.METHOD);
        }
    }

    @Test
    void aRequestMayForbidStoring() {
        var directives = RequestDirectives.of(FieldList.of("Cache-Control", "no-store"), true);
        refused(
                Freshness.of(new Candidate("GET", directives, false, 200, FieldList.of()), RULE, NOW, NOW),
                Reason.REQUEST);
        var range = RequestDirectives.of(FieldList.of("Range", "bytes=0-1"), false);
        refused(Freshness.of(new Candidate("GET", range, false, 200, FieldList.of()), RULE, NOW, NOW), Reason.REQUEST);
    }

    @Test
    void everyDirectiveOfNoCacheNoStoreIsRead() {
        refused(of(200, "Cache-Control", "no-cache, no-store"), Reason.NO_STORE);
        refused(of(200, "Cache-Control", "no-cache", "Cache-Control", "no-store"), Reason.NO_STORE);
        refused(of(200, "Cache-Control", "max-age=60", "Cache-Control", "no-cache"), Reason.NO_CACHE);
    }

    @ParameterizedTest
    @CsvSource({
        "'no-store', NO_STORE",
        "'max-age=60, no-store', NO_STORE",
        "'private', PRIVATE",
        "'private=\"x-account\", max-age=60', PRIVATE",
        "'no-cache', NO_CACHE",
        "'no-cache=\"set-cookie\", max-age=60', NO_CACHE",
        "'max-age=0', STALE",
        "'max-age=x', STALE",
        "'s-maxage=0, max-age=60', STALE",
    })
    void theUpstreamMayForbidStoringEvenOnASharedRoute(String control, Reason reason) {
        refused(of(SHARED, false, 200, "Cache-Control", control), reason);
    }

    @Test
    void aReplyThatSetsACookieIsNeverStored() {
        refused(of(SHARED, false, 200, "Set-Cookie", "a=b", "Cache-Control", "public, max-age=60"), Reason.SET_COOKIE);
    }

    @Test
    void aPartIsNeverStored() {
        refused(of(200, "Content-Range", "bytes 0-1/9"), Reason.PARTIAL);
    }

    @Test
    void varyIsSortedLowerCaseAndUnique() {
        Freshness freshness = of(200, "Vary", "Origin, accept-encoding", "Vary", "ACCEPT-Encoding,,");
        assertThat(((Storable) freshness).vary()).containsExactly("accept-encoding", "origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "Accept, *", "a b", "\"quoted\"", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"})
    void aVaryThatNoRequestCanMeetIsNotStored(String vary) {
        refused(of(200, "Vary", vary), Reason.VARY);
    }

    @ParameterizedTest
    @CsvSource({"public,true", "must-revalidate,true", "s-maxage=60,true", "max-age=60,false", "proxy-revalidate,false"
    })
    void aReplyToACredentialIsStoredOnlyWhereSomethingPermitsIt(String control, boolean stored) {
        Freshness freshness = of(RULE, true, 200, "Cache-Control", control);
        if (stored) {
            assertThat(((Storable) freshness).shareable()).isTrue();
        } else {
            refused(freshness, Reason.CREDENTIAL);
            assertThat(((Storable) of(RULE, false, 200, "Cache-Control", control)).shareable())
                    .isFalse();
        }
    }

    @Test
    void aReplyToACredentialIsStoredOnASharedRoute() {
        assertThat(((Storable) of(SHARED, true, 200)).shareable()).isTrue();
        refused(of(RULE, true, 200), Reason.CREDENTIAL);
    }

    @Test
    void freshnessIsTakenFromTheMostPreciseSource() {
        String date = in(0);
        String expires = in(40);
        assertThat(seconds(of(200, "Date", date, "Expires", expires))).isEqualTo(40);
        assertThat(seconds(of(200, "Expires", expires, "Cache-Control", "public")))
                .isEqualTo(40);
        assertThat(seconds(of(200, "Expires", expires, "Cache-Control", "max-age=30")))
                .isEqualTo(30);
        assertThat(seconds(of(200, "Expires", expires, "Cache-Control", "max-age=30, s-maxage=20")))
                .isEqualTo(20);
        assertThat(seconds(
                        of(200, "Expires", expires, "Cache-Control", "s-maxage=20", "CDN-Cache-Control", "max-age=10")))
                .isEqualTo(10);
    }

    @Test
    void aTargetedFieldReplacesCacheControlAndExpires() {
        assertThat(seconds(of(200, "CDN-Cache-Control", "max-age=10", "Cache-Control", "no-store, private")))
                .isEqualTo(10);
        assertThat(seconds(of(200, "CDN-Cache-Control", "public", "Cache-Control", "max-age=1", "Expires", "0")))
                .isEqualTo(300);
        refused(of(200, "CDN-Cache-Control", "no-store", "Cache-Control", "max-age=10"), Reason.NO_STORE);
    }

    @Test
    void anInvalidTargetedFieldLeavesCacheControlInForce() {
        assertThat(seconds(of(200, "CDN-Cache-Control", "Max-Age=10", "Cache-Control", "max-age=20")))
                .isEqualTo(20);
        refused(of(200, "CDN-Cache-Control", "", "Cache-Control", "no-store"), Reason.NO_STORE);
    }

    @Test
    void whatThePlatformSendsNeedsASharedRouteToBeKept() {
        assertThat(of(
                        RULE,
                        true,
                        200,
                        "Cache-Control",
                        "public, max-age=60, stale-while-revalidate=300",
                        "CDN-Cache-Control",
                        "max-age=60"))
                .isEqualTo(new NotStorable(Reason.CREDENTIAL));
        assertThat(seconds(of(SHARED, true, 200, "CDN-Cache-Control", "max-age=60")))
                .isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "never", "Thu, 01 Jan 1970 00:00:00 GMT"})
    void anExpiresThatIsNoDateHasPassed(String expires) {
        refused(of(200, "Expires", expires), Reason.STALE);
    }

    @Test
    void ofTwoExpiresTheEarlierCounts() {
        assertThat(seconds(of(200, "Expires", in(60), "Expires", in(20)))).isEqualTo(20);
        refused(of(200, "Expires", in(60), "Expires", "0"), Reason.STALE);
    }

    @Test
    void expiresIsMeasuredByTheClockOfTheUpstream() {
        assertThat(seconds(of(200, "Date", in(-5000), "Expires", in(-4990)))).isEqualTo(10);
        assertThat(seconds(of(200, "Date", "yesterday", "Expires", in(10)))).isEqualTo(10);
    }

    @Test
    void theAgeOfAReplyIsTakenOff() {
        assertThat(of(200, "Age", "20", "Cache-Control", "max-age=60"))
                .isEqualTo(new Storable(NOW, 20_000, 40_000, List.of(), false));
        refused(of(200, "Age", "60", "Cache-Control", "max-age=60"), Reason.STALE);
        refused(of(200, "Age", "99999999999999999999", "Cache-Control", "max-age=60"), Reason.STALE);
        assertThat(seconds(of(200, "Age", "20, 50", "Cache-Control", "max-age=60")))
                .isEqualTo(40);
        assertThat(seconds(of(200, "Age", "-5", "Cache-Control", "max-age=60"))).isEqualTo(60);
        assertThat(seconds(of(200, "Age", "x", "Cache-Control", "max-age=60"))).isEqualTo(60);
        assertThat(seconds(of(200, "Age", "100"))).isEqualTo(200);
    }

    @Test
    void theTimeTheUpstreamTookCountsAsAge() {
        var candidate = new Candidate("GET", RequestDirectives.NONE, false, 200, FieldList.of());
        assertThat(Freshness.of(candidate, RULE, NOW - 1500, NOW))
                .isEqualTo(new Storable(NOW, 1500, 298_500, List.of(), false));
        assertThat(Freshness.of(candidate, RULE, NOW + 9000, NOW))
                .isEqualTo(new Storable(NOW, 0, 300_000, List.of(), false));
    }

    @Test
    void anOldOriginsPragmaIsNotGuessedAgainst() {
        refused(of(200, "Pragma", "no-cache"), Reason.NO_LIFETIME);
        assertThat(seconds(of(200, "Pragma", "no-cache", "Cache-Control", "max-age=9")))
                .isEqualTo(9);
    }

    @Test
    void aRouteWithoutTtlStoresOnlyWhatSaysSo() {
        refused(of(NO_TTL, false, 200), Reason.STALE);
        assertThat(seconds(of(NO_TTL, false, 200, "Cache-Control", "max-age=5")))
                .isEqualTo(5);
    }

    @Test
    void enormousLifetimesDoNotOverflow() {
        CacheRule forever = new CacheRule(Duration.ofSeconds(Long.MAX_VALUE), false, 1);
        assertThat(seconds(of(forever, false, 200))).isEqualTo(CacheControl.LONGEST);
        assertThat(seconds(of(200, "Cache-Control", "max-age=9999999999999999999999")))
                .isEqualTo(CacheControl.LONGEST);
    }

    @Test
    void underRandomFieldsNothingForbiddenIsEverStored() {
        Random random = new Random(42);
        String[] fields = {
            "Cache-Control: no-store",
            "Cache-Control: private",
            "Cache-Control: no-cache",
            "Cache-Control: max-age=60",
            "Cache-Control: public",
            "Cache-Control: s-maxage=60",
            "Expires: 0",
            "Vary: Accept",
            "Vary: *",
            "Set-Cookie: a=b",
            "Age: 30",
            "Content-Range: bytes 0-1/2",
            "Pragma: no-cache"
        };
        Set<String> forbidding = Set.of(
                "Cache-Control: no-store",
                "Cache-Control: private",
                "Cache-Control: no-cache",
                "Vary: *",
                "Set-Cookie: a=b",
                "Content-Range: bytes 0-1/2");
        for (int i = 0; i < 20_000; i++) {
            String[] reply = new String[2 * random.nextInt(6)];
            boolean forbidden = false;
            for (int n = 0; n < reply.length; n += 2) {
                String field = fields[random.nextInt(fields.length)];
                forbidden |= forbidding.contains(field);
                reply[n] = field.substring(0, field.indexOf(':'));
                reply[n + 1] = field.substring(field.indexOf(':') + 2);
            }
            Freshness freshness = of(random.nextBoolean() ? SHARED : RULE, random.nextBoolean(), 200, reply);
            if (freshness instanceof Storable storable) {
                assertThat(forbidden).as(String.join(" ", reply)).isFalse();
                assertThat(storable.lifetimeMillis()).isPositive();
            }
        }
    }
}
