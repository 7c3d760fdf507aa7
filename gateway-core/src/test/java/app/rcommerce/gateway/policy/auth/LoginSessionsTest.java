package app.rcommerce.gateway.policy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionCarrier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.policy.order.Chain;
import app.rcommerce.gateway.session.SessionRecord;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.near.Near;
import app.rcommerce.gateway.store.near.NearSessions;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers that present the cookie of a login session. */
class LoginSessionsTest {

    private static final String CLIENT = "203.0.113.9";
    private static final SessionId ID = new SessionId("0123456789abcdef-session");
    private static final String COOKIE = "a=b; session_id=" + ID.value();
    private static final Duration NEAR = Duration.ofMillis(500);

    private final Chain chain = new Chain("""
            [auth.session]
            cookie = "session_id"
            idle = "1h"
            absolute = "12h"
            origins = ["https://shop.example"]
            known_for = "5m"
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "%s"
            [[auth.api_keys]]
            id = "erp"
            sha256 = "%s"
            [limits.user]
            key = "subject"
            rates = ["2/minute"]
            [limits.anonymous]
            key = "ip"
            applies_to = "anonymous"
            rates = ["3/minute"]
            [upstreams.u]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "session"
            path = "/session"
            upstream = "u"
            auth = ["session"]
            [[routes]]
            name = "any"
            path = "/any"
            upstream = "u"
            auth = ["session", "jwt", "api_key"]
            [[routes]]
            name = "jwt"
            path = "/jwt"
            upstream = "u"
            auth = ["jwt"]
            [[routes]]
            name = "optional"
            path = "/optional"
            upstream = "u"
            auth = "optional"
            limits = ["anonymous", "user"]
            [[routes]]
            name = "scoped"
            path = "/scoped"
            upstream = "u"
            auth = "required"
            scopes = ["orders:write"]
            """.formatted(Tokens.SECRET, Digests.sha256Hex(Chain.KEY)), NEAR);

    @BeforeEach
    void signIn() {
        save(chain.clock.millis());
    }

    private void save(long createdMillis) {
        chain.stores
                .sessions()
                .save(ID, SessionRecord.write("ana", List.of("orders:read"), createdMillis), Duration.ofHours(1));
    }

    private String told(String method, String path, String... fields) {
        return chain.ask(method, CLIENT, path, fields).told();
    }

    private String get(String path) {
        return told("GET", path, "cookie", COOKIE);
    }

    @Test
    void theCallerIsTheUserOfTheSession() {
        Chain.Outcome outcome = chain.ask("GET", CLIENT, "/session", "cookie", COOKIE);
        assertThat(outcome.told()).isEqualTo("forwarded");
        assertThat(outcome.call().caller().identifiers()).containsExactly(Identifier.user("ana"));
        assertThat(told("GET", "/session")).isEqualTo("401 UNAUTHORIZED");
        assertThat(get("/scoped")).isEqualTo("403 FORBIDDEN");
    }

    @Test
    void aRouteThatTakesNoSessionsDoesNotLookAtTheCookie() {
        assertThat(get("/jwt")).isEqualTo("401 UNAUTHORIZED");
        assertThat(told("GET", "/jwt", "cookie", COOKIE, "authorization", "Bearer " + Chain.TOKEN))
                .isEqualTo("forwarded");
    }

    @Test
    void whatIsPresentedOnPurposeCountsBeforeTheCookie() {
        assertThat(get("/any")).isEqualTo("forwarded");
        Chain.Outcome token =
                chain.ask("GET", CLIENT, "/any", "cookie", COOKIE, "authorization", "Bearer " + Chain.TOKEN);
        assertThat(token.call().caller().identifiers()).containsExactly(Identifier.user("42"));
        assertThat(told("GET", "/any", "cookie", COOKIE, "x-api-key", "uNkNoWn1.key"))
                .isEqualTo("401 API_KEY_INVALID");
    }

    @Test
    void aSessionThatHasEndedIsNone() {
        assertThat(get("/session")).isEqualTo("forwarded");
        chain.stores.sessions().end(ID);
        chain.clock.advance(NEAR);
        assertThat(get("/session")).isEqualTo("401 SESSION_EXPIRED");
        Chain.Outcome optional = chain.ask("GET", CLIENT, "/optional", "cookie", COOKIE);
        assertThat(optional.told()).isEqualTo("forwarded");
        assertThat(optional.call().caller().identifiers()).isEmpty();
    }

    /** Else any id would be a way around the limit of callers that present nothing. */
    @Test
    void whoeverPresentsNoKnownSessionIsLimitedAsAnonymous() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            told.add(told("GET", "/optional", "cookie", "session_id=forged-0123456789-" + i));
        }
        assertThat(told)
                .containsExactly(
                        "forwarded", "forwarded", "forwarded", "429 RATE_LIMIT_EXCEEDED", "429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void aSessionIsLimitedAsAnonymousUntilItIsKnownAndInStrictConsistencyEachTime() {
        SessionCarrier carrier = new SessionCarrier("session_id", "");
        for (boolean isStrict : new boolean[] {false, true}) {
            NearSessions sessions =
                    new NearSessions(chain.stores.sessions(), new Near(Tracking.NONE, NEAR, isStrict), chain.clock);
            Presented presented = new Presented(null, carrier, sessions);
            Credential session = new Credential.Session(ID, carrier);
            assertThat(presented.isAnonymous(session)).isTrue();
            assertThat(sessions.find(ID, Duration.ofMinutes(5)).toCompletableFuture())
                    .isCompletedWithValueMatching(Objects::nonNull);
            assertThat(presented.isAnonymous(session)).isEqualTo(isStrict);
        }
    }

    @Test
    void theUserIsLimitedBlockedAndCutOffLikeATokensSubject() {
        assertThat(get("/session")).isEqualTo("forwarded");
        assertThat(get("/optional")).isEqualTo("forwarded");
        assertThat(get("/optional")).isEqualTo("forwarded");
        assertThat(get("/optional")).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        chain.stores.revocations().revokeBefore(Identifier.user("ana"), chain.clock.millis() + 5_000, NEAR.plusDays(1));
        chain.clock.advance(NEAR);
        assertThat(get("/session")).isEqualTo("401 TOKEN_REVOKED");
        // Whoever signs in again afterwards passes.
        chain.clock.advance(Duration.ofSeconds(10));
        save(chain.clock.millis());
        chain.clock.advance(NEAR);
        assertThat(get("/session")).isEqualTo("forwarded");
        chain.stores.revocations().revoke(ID.digest(), Duration.ofDays(1), "");
        chain.clock.advance(NEAR);
        assertThat(get("/session")).isEqualTo("401 TOKEN_REVOKED");
    }

    @Test
    void aSessionThatIsUsedLivesOnAndOneThatIsNotEnds() {
        for (int i = 0; i < 30; i++) {
            assertThat(get("/session")).isEqualTo("forwarded");
            chain.clock.advance(Duration.ofMinutes(20));
        }
        chain.clock.advance(Duration.ofMinutes(61));
        assertThat(get("/session")).isEqualTo("401 SESSION_EXPIRED");
    }

    @Test
    void noUseMakesASessionLiveLongerThanItMay() {
        for (int i = 0; i < 36; i++) {
            assertThat(get("/session")).isEqualTo("forwarded");
            chain.clock.advance(Duration.ofMinutes(20));
        }
        assertThat(get("/session")).isEqualTo("401 SESSION_EXPIRED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "POST | same-origin | - | forwarded",
                "POST | none | - | forwarded",
                "POST | same-site | - | 403 CROSS_SITE_REQUEST",
                "POST | cross-site | - | 403 CROSS_SITE_REQUEST",
                "POST | cross-site | https://shop.example | forwarded",
                "POST | cross-site | https://evil.example | 403 CROSS_SITE_REQUEST",
                "POST | - | http://shop.test | forwarded",
                "POST | - | https://shop.test | 403 CROSS_SITE_REQUEST",
                "POST | - | null | 403 CROSS_SITE_REQUEST",
                "POST | - | https://evil.example | 403 CROSS_SITE_REQUEST",
                "POST | - | - | forwarded",
                "DELETE | cross-site | - | 403 CROSS_SITE_REQUEST",
                "ODD | cross-site | - | 403 CROSS_SITE_REQUEST",
                "GET | cross-site | - | forwarded",
                "HEAD | cross-site | https://evil.example | forwarded"
            })
    void noPageOfAnotherSiteUsesTheSession(String method, String site, String origin, String expected) {
        List<String> fields = new ArrayList<>(Arrays.asList("cookie", COOKIE));
        if (site != null) {
            fields.addAll(List.of("sec-fetch-site", site));
        }
        if (origin != null) {
            fields.addAll(List.of("origin", origin));
        }
        // The second time the session is known without asking.
        assertThat(told(method, "/session", fields.toArray(String[]::new))).isEqualTo(expected);
        assertThat(told(method, "/session", fields.toArray(String[]::new))).isEqualTo(expected);
    }

    @Test
    void aRequestThatIsRefusedDoesNotLetTheSessionLiveOn() {
        for (int i = 0; i < 4; i++) {
            assertThat(told("POST", "/session", "cookie", COOKIE, "sec-fetch-site", "cross-site"))
                    .isEqualTo("403 CROSS_SITE_REQUEST");
            chain.clock.advance(Duration.ofMinutes(19));
        }
        assertThat(get("/session")).isEqualTo("401 SESSION_EXPIRED");
    }

    @Test
    void whileTheStoreIsAwayKnownSessionsLiveOnForAWhile() {
        assertThat(get("/session")).isEqualTo("forwarded");
        chain.failure = new StoreUnavailable("away");
        chain.clock.advance(Duration.ofMinutes(4));
        assertThat(get("/session")).isEqualTo("forwarded");
        assertThat(told("GET", "/session", "cookie", "session_id=another-0123456789"))
                .isEqualTo("503 STORE_UNAVAILABLE");
        Chain.Outcome optional = chain.ask("GET", CLIENT, "/optional", "cookie", "session_id=another-0123456789");
        assertThat(optional.told()).isEqualTo("forwarded");
        assertThat(optional.call().caller().identifiers()).isEmpty();
        chain.clock.advance(Duration.ofMinutes(2));
        assertThat(get("/session")).isEqualTo("503 STORE_UNAVAILABLE");
    }
}
