package app.rcommerce.gateway.policy.order;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.order.Chain.Outcome;
import app.rcommerce.gateway.token.TokenId;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of the decisions, and each of them, on memory stores. */
class PoliciesTest {

    private static final String KEY = Chain.KEY;
    private static final String TOKEN = Chain.TOKEN;
    private static final String BAD_TOKEN = TOKEN.substring(0, TOKEN.length() - 4) + "AAAA";
    private static final String ANA = "203.0.113.9";

    static final String CONFIG =
            """
            [server]
            trusted_proxies = ["10.0.0.0/8"]
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "%s"
            issuer = "rcommerce"
            audience = "rcommerce-api"
            bad_signatures = "1000/second"
            [[auth.api_keys]]
            id = "erp"
            sha256 = "%s"
            scopes = ["products:read", "orders:write"]
            limit_multiplier = 2.0
            [access]
            block = ["ip:198.51.100.7", "192.0.2.0/24", "user:eve"]
            allow = ["ip:203.0.113.200", "key:trusted"]
            [[auth.api_keys]]
            id = "trusted"
            sha256 = "%s"
            [limits.flood]
            key = "ip"
            rates = ["8/minute"]
            [limits.anonymous]
            key = "ip"
            applies_to = "anonymous"
            rates = ["3/minute", "5/hour"]
            [limits.user]
            key = "subject"
            rates = ["2/minute"]
            [limits.api_key]
            key = "api_key"
            rates = ["2/minute"]
            [limits.seen]
            key = "ip"
            rates = ["1/minute"]
            mode = "shadow"
            [limits.member_address]
            key = "ip"
            applies_to = "authenticated"
            rates = ["1/minute"]
            [limits.either]
            key = "identity"
            rates = ["1/minute"]
            [upstreams.commerce]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "products"
            path = "/products/**"
            methods = ["GET", "HEAD"]
            upstream = "commerce"
            auth = "optional"
            scopes = ["products:read"]
            limits = ["flood", "anonymous", "user", "api_key"]
            [[routes]]
            name = "orders"
            path = "/orders"
            upstream = "commerce"
            auth = "required"
            scopes = ["orders:read"]
            limits = ["flood"]
            [[routes]]
            name = "shadow"
            path = "/shadow"
            upstream = "commerce"
            limits = ["seen"]
            [[routes]]
            name = "member"
            path = "/member"
            upstream = "commerce"
            auth = "optional"
            limits = ["member_address"]
            [[routes]]
            name = "either"
            path = "/either"
            upstream = "commerce"
            auth = "optional"
            limits = ["either"]
            [[routes]]
            name = "open"
            path = "/open"
            upstream = "commerce"
            auth = "none"
            """.formatted(Tokens.SECRET, Digests.sha256Hex(KEY), Digests.sha256Hex("tRuStEdX.key"));

    private final Chain chain = new Chain(CONFIG);

    private String get(String path, String... fields) {
        return chain.get(ANA, path, fields).told();
    }

    private static String claims(String old, String replacement) {
        return Tokens.hs256(Tokens.CLAIMS.replace(old, replacement));
    }

    @Test
    void whatHasNoRouteIsNotFoundAndAnotherMethodIsTold() {
        assertThat(get("/nothing")).isEqualTo("404 NOT_FOUND");
        Outcome outcome = chain.ask("POST", ANA, "/products/1");
        assertThat(outcome.told()).isEqualTo("405 METHOD_NOT_ALLOWED");
        assertThat(outcome.field("allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer ", "Authorization: ", "X-API-Key: "})
    void aKeyIsTakenInThreeWays(String field) {
        String[] parts = field.split(": ?", 2);
        Outcome outcome = chain.get(ANA, "/products/1", parts[0], parts[1] + KEY);
        assertThat(outcome.told()).isEqualTo("forwarded");
        assertThat(outcome.call().caller().identifiers()).hasToString("[key:erp]");
    }

    @Test
    void aTokensSubjectIsTheCaller() {
        Outcome outcome = chain.get(ANA, "/products/1", "Authorization", "Bearer " + TOKEN);
        assertThat(outcome.told()).isEqualTo("forwarded");
        assertThat(outcome.call().caller().identifiers()).hasToString("[user:42]");
    }

    private static String[] both(String token) {
        return new String[] {"Authorization", "Bearer " + token, "X-API-Key", KEY};
    }

    @Test
    void anAppsKeyAndAUsersTokenBothCount() {
        Outcome outcome = chain.get(ANA, "/products/1", both(TOKEN));
        assertThat(outcome.told()).isEqualTo("forwarded");
        assertThat(outcome.call().caller().identifiers()).hasToString("[key:erp, user:42]");
        // The user's two requests a minute are used up, then the key's four: by whatever they come.
        assertThat(get("/products/1", both(TOKEN))).isEqualTo("forwarded");
        assertThat(get("/products/1", both(TOKEN))).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        assertThat(get("/products/1", "Authorization", "Bearer " + TOKEN)).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        assertThat(get("/products/1", "X-API-Key", KEY)).isEqualTo("forwarded");
        assertThat(get("/products/1", both(claims("\"42\"", "\"43\"")))).isEqualTo("forwarded");
        assertThat(get("/products/1", both(claims("\"42\"", "\"44\"")))).isEqualTo("429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void whatCountsIdentitiesCountsEitherOfTwo() {
        assertThat(get("/either", both(TOKEN))).isEqualTo("forwarded");
        assertThat(get("/either", "Authorization", "Bearer " + TOKEN)).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        // The key's own quota is twice as large.
        assertThat(get("/either", "X-API-Key", KEY)).isEqualTo("forwarded");
        assertThat(get("/either", "X-API-Key", KEY)).isEqualTo("429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void ofTwoCredentialsBothMustBeGoodPermitAndBeFree() {
        assertThat(get("/products/1", both(BAD_TOKEN))).isEqualTo("401 TOKEN_INVALID");
        assertThat(get("/products/1", "Authorization", "Bearer " + TOKEN, "X-API-Key", "uNkNoWn1.key"))
                .isEqualTo("401 API_KEY_INVALID");
        assertThat(chain.get(ANA, "/products/1", both(BAD_TOKEN))
                        .call()
                        .caller()
                        .identifiers())
                .isEmpty();
        // orders:read is in the key's orders:write, and not in the token.
        assertThat(get("/orders", "X-API-Key", KEY)).isEqualTo("forwarded");
        assertThat(get("/orders", both(TOKEN))).isEqualTo("403 FORBIDDEN");
        assertThat(get("/products/1", both(claims("\"42\"", "\"eve\"")))).isEqualTo("403 BLOCKED");
        // A trusted app does not make a blocked user trusted.
        assertThat(get(
                        "/products/1",
                        "Authorization",
                        "Bearer " + claims("\"42\"", "\"eve\""),
                        "X-API-Key",
                        "tRuStEdX.key"))
                .isEqualTo("403 BLOCKED");
        chain.stores.blocks().block(new Subject.One(Identifier.key("erp")), Duration.ofHours(1), "test");
        assertThat(get("/products/1", both(TOKEN))).isEqualTo("403 BLOCKED");
    }

    @Test
    void badCredentialsAreRefusedEvenWhereNoneIsNeeded() {
        assertThat(get("/products/1", "Authorization", "Bearer " + BAD_TOKEN)).isEqualTo("401 TOKEN_INVALID");
        assertThat(get("/products/1", "Authorization", "Bearer " + claims("1767229200", "1767225500")))
                .isEqualTo("401 TOKEN_EXPIRED");
        assertThat(get("/products/1", "Authorization", "Bearer " + claims("rcommerce-api", "other")))
                .isEqualTo("401 TOKEN_INVALID");
        assertThat(get("/products/1", "X-API-Key", "aB3dEfGh.unknown")).isEqualTo("401 API_KEY_INVALID");
        assertThat(get("/products/1", "Authorization", "Basic dTpw")).isEqualTo("401 CREDENTIAL_MALFORMED");
        assertThat(get("/products/1", "X-API-Key", KEY, "X-API-Key", KEY)).isEqualTo("401 CREDENTIAL_MALFORMED");
        assertThat(get("/open", "Authorization", "Bearer " + BAD_TOKEN)).isEqualTo("forwarded");
    }

    @Test
    void theChallengeSaysWhatIsWrong() {
        assertThat(chain.get(ANA, "/orders").field("www-authenticate")).isEqualTo("Bearer realm=\"rcommerce\"");
        assertThat(chain.get(ANA, "/orders", "Authorization", "Basic dTpw").field("www-authenticate"))
                .isEqualTo("Bearer realm=\"rcommerce\", error=\"invalid_request\","
                        + " error_description=\"The credential cannot be read.\"");
        assertThat(chain.get(ANA, "/orders", "Authorization", BAD_TOKEN.replaceAll("\\..*", ".x"))
                        .field("www-authenticate"))
                .isEqualTo("Bearer realm=\"rcommerce\", error=\"invalid_token\","
                        + " error_description=\"The API key is not valid.\"");
        assertThat(chain.get(ANA, "/orders", "Authorization", "Bearer " + BAD_TOKEN)
                        .field("www-authenticate"))
                .startsWith("Bearer realm=\"rcommerce\", error=\"invalid_token\"");
        assertThat(chain.get(ANA, "/orders", "Authorization", "Bearer " + TOKEN).field("www-authenticate"))
                .isEqualTo("Bearer realm=\"rcommerce\", error=\"insufficient_scope\", scope=\"orders:read\"");
    }

    @Test
    void aFloodOfBadTokensBuysNoCryptography() {
        for (int i = 0; i < 8; i++) {
            assertThat(get("/products/1", "Authorization", "Bearer " + BAD_TOKEN))
                    .isEqualTo("401 TOKEN_INVALID");
        }
        int before = chain.keysAsked;
        assertThat(before).isPositive();
        for (int i = 0; i < 50; i++) {
            assertThat(get("/products/1", "Authorization", "Bearer " + BAD_TOKEN))
                    .isEqualTo("429 RATE_LIMIT_EXCEEDED");
        }
        assertThat(chain.keysAsked).isEqualTo(before);
    }

    @Test
    void whoIsBlockedIsNotCounted() {
        for (int i = 0; i < 20; i++) {
            assertThat(chain.get("198.51.100.7", "/products/1").told()).isEqualTo("403 BLOCKED");
        }
        assertThat(chain.get("192.0.2.77", "/products/1").told()).isEqualTo("403 BLOCKED");
        assertThat(chain.decisions).doesNotContain("limit:anonymous refused").contains("block static");
    }

    @Test
    void whoeverHidesBehindATrustedProxyIsBlockedAndCountedByAddress() {
        assertThat(chain.get("10.0.0.1", "/products/1", "X-Forwarded-For", "1.1.1.1, 198.51.100.7")
                        .told())
                .isEqualTo("403 BLOCKED");
        assertThat(chain.get("10.0.0.1", "/products/1", "X-Forwarded-For", "198.51.100.7, 1.1.1.1")
                        .told())
                .isEqualTo("forwarded");
        assertThat(chain.get("1.2.3.4", "/products/1", "X-Forwarded-For", "198.51.100.7")
                        .told())
                .isEqualTo("forwarded");
    }

    @Test
    void oneIpv6NetworkIsCountedAsOneButBlockedByAddress() {
        for (int i = 1; i <= 3; i++) {
            assertThat(chain.get("2001:db8::" + i, "/products/1").told()).isEqualTo("forwarded");
        }
        assertThat(chain.get("2001:db8::4", "/products/1").told()).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        assertThat(chain.get("2001:db8:0:1::4", "/products/1").told()).isEqualTo("forwarded");
        chain.stores.blocks().block(Subject.parse("ip:2001:db8:0:1::4"), Duration.ofMinutes(1), "");
        assertThat(chain.get("2001:db8:0:1::4", "/products/1").told()).isEqualTo("403 BLOCKED");
        assertThat(chain.get("2001:db8:0:1::5", "/products/1").told()).isEqualTo("forwarded");
    }

    @Test
    void aBlockedIdentityIsRefusedFromAnyAddress() {
        assertThat(get("/open")).isEqualTo("forwarded");
        assertThat(get("/products/1", "Authorization", "Bearer " + claims("\"42\"", "\"eve\"")))
                .isEqualTo("403 BLOCKED");
        chain.stores.blocks().block(Subject.parse("key:erp"), Duration.ofMinutes(1), "");
        assertThat(get("/products/1", "X-API-Key", KEY)).isEqualTo("403 BLOCKED");
        chain.clock.advance(Duration.ofMinutes(1));
        assertThat(get("/products/1", "X-API-Key", KEY)).isEqualTo("forwarded");
    }

    @Test
    void aBlockedRangeHoldsUntilItEnds() {
        chain.stores.blocks().block(Subject.parse("203.0.113.0/24"), Duration.ofMinutes(1), "");
        assertThat(get("/open")).isEqualTo("forwarded");
        chain.refreshRanges();
        assertThat(get("/open")).isEqualTo("403 BLOCKED");
        chain.clock.advance(Duration.ofMinutes(1));
        assertThat(get("/open")).isEqualTo("forwarded");
    }

    @Test
    void aRevokedTokenIsRefusedAndAnotherOfItsSubjectIsNot() {
        chain.stores.revocations().revoke(TokenId.ofUnverified(TOKEN), Duration.ofHours(1), "");
        assertThat(get("/products/1", "Authorization", "Bearer " + TOKEN)).isEqualTo("401 TOKEN_REVOKED");
        assertThat(get("/products/1", "Authorization", "Bearer " + claims("1767225000", "1767225001")))
                .isEqualTo("forwarded");
    }

    @Test
    void everyTokenOfASubjectIssuedBeforeATimeIsRefused() {
        chain.stores.revocations().revokeBefore(Identifier.user("42"), 1_767_225_001_000L, Duration.ofHours(1));
        assertThat(get("/products/1", "Authorization", "Bearer " + TOKEN)).isEqualTo("401 TOKEN_REVOKED");
        assertThat(get("/products/1", "Authorization", "Bearer " + claims("1767225000", "1767225001")))
                .isEqualTo("forwarded");
        assertThat(get("/products/1", "Authorization", "Bearer " + claims("\"iat\":1767225000,", "")))
                .isEqualTo("401 TOKEN_REVOKED");
    }

    @Test
    void scopesAreAskedOnlyOfCallersWithCredentials() {
        assertThat(get("/products/1")).isEqualTo("forwarded");
        assertThat(get("/products/1", "Authorization", "Bearer " + claims("products:read", "orders:read")))
                .isEqualTo("403 FORBIDDEN");
        assertThat(get("/orders")).isEqualTo("401 UNAUTHORIZED");
        assertThat(get("/orders", "Authorization", "Bearer " + TOKEN)).isEqualTo("403 FORBIDDEN");
        assertThat(get("/orders", "X-API-Key", KEY)).as("write includes read").isEqualTo("forwarded");
    }

    @Test
    void whoIsOnTheAllowlistIsNeitherBlockedNorLimited() {
        chain.stores.blocks().block(Subject.parse("ip:203.0.113.200"), Duration.ofMinutes(1), "");
        chain.stores.blocks().block(Subject.parse("key:trusted"), Duration.ofMinutes(1), "");
        for (int i = 0; i < 20; i++) {
            assertThat(chain.get("203.0.113.200", "/products/1").told()).isEqualTo("forwarded");
        }
        assertThat(chain.get("203.0.113.200", "/orders").told()).isEqualTo("401 UNAUTHORIZED");
        for (int i = 0; i < 5; i++) {
            assertThat(get("/open", "X-API-Key", "tRuStEdX.key")).isEqualTo("forwarded");
        }
        assertThat(chain.get("1.2.3.4", "/either", "X-API-Key", "tRuStEdX.key").told())
                .isEqualTo("forwarded");
        assertThat(chain.get("1.2.3.4", "/either", "X-API-Key", "tRuStEdX.key").told())
                .isEqualTo("forwarded");
    }

    @Test
    void aShadowLimitReportsButNeverRefuses() {
        for (int i = 0; i < 5; i++) {
            Outcome outcome = chain.get(ANA, "/shadow");
            assertThat(outcome.told()).isEqualTo("forwarded");
            assertThat(outcome.call().limitReports()).isEmpty();
        }
        assertThat(chain.decisions)
                .containsExactly(
                        "limit:seen shadow_refused",
                        "limit:seen shadow_refused",
                        "limit:seen shadow_refused",
                        "limit:seen shadow_refused");
    }

    @Test
    void aKeysMultiplierRaisesItsQuota() {
        for (int i = 0; i < 4; i++) {
            assertThat(get("/products/1", "X-API-Key", KEY)).isEqualTo("forwarded");
        }
        Outcome refused = chain.get(ANA, "/products/1", "X-API-Key", KEY);
        assertThat(refused.told()).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        assertThat(refused.call().limitReports().getLast().meter().quota()).isEqualTo(4);
        for (int i = 0; i < 2; i++) {
            assertThat(chain.get("1.2.3.4", "/products/1", "Authorization", "Bearer " + TOKEN)
                            .told())
                    .isEqualTo("forwarded");
        }
        assertThat(chain.get("1.2.3.4", "/products/1", "Authorization", "Bearer " + TOKEN)
                        .told())
                .isEqualTo("429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void severalWindowsHoldTogetherOrNoneCounts() {
        for (int i = 0; i < 3; i++) {
            assertThat(get("/products/1")).isEqualTo("forwarded");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(get("/products/1")).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        }
        chain.clock.advance(Duration.ofSeconds(61));
        // The refused ones were counted nowhere: two of the hour's five are left.
        assertThat(get("/products/1")).isEqualTo("forwarded");
        assertThat(get("/products/1")).isEqualTo("forwarded");
        Outcome refused = chain.get(ANA, "/products/1");
        assertThat(refused.body()).contains("RATE_LIMIT_EXCEEDED");
        assertThat(Long.parseLong(refused.field("retry-after"))).isBetween(3_500L, 3_600L);
    }

    @Test
    void aRefusalTellsWhenToComeBackAndThatHolds() {
        for (int i = 0; i < 3; i++) {
            get("/products/1");
        }
        Outcome refused = chain.get(ANA, "/products/1", "Accept", "text/html, application/problem+json");
        assertThat(refused.field("retry-after")).isEqualTo("61");
        assertThat(refused.field("content-type")).isEqualTo("application/problem+json");
        assertThat(refused.field("cache-control")).isEqualTo("no-store");
        assertThat(refused.body()).isEqualTo("""
                {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded",\
                "title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,\
                "detail":"Rate limit exceeded. Please retry after 61 seconds.","code":"RATE_LIMIT_EXCEEDED",\
                "violated-policies":["anonymous-minute"],"retry_after":61,"request_id":"req_1"}""");
        chain.clock.advance(Duration.ofSeconds(61));
        assertThat(get("/products/1")).isEqualTo("forwarded");
    }

    @Test
    void aLimitMayHoldForAuthenticatedCallersAlone() {
        for (int i = 0; i < 5; i++) {
            assertThat(get("/member")).isEqualTo("forwarded");
        }
        assertThat(get("/member", "X-API-Key", KEY)).isEqualTo("forwarded");
        assertThat(get("/member", "Authorization", "Bearer " + TOKEN)).isEqualTo("429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void aLimitByIdentityCountsEachCallerOnce() {
        assertThat(get("/either")).isEqualTo("forwarded");
        assertThat(get("/either")).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        assertThat(get("/either", "Authorization", "Bearer " + TOKEN)).isEqualTo("forwarded");
        assertThat(get("/either", "Authorization", "Bearer " + TOKEN)).isEqualTo("429 RATE_LIMIT_EXCEEDED");
        assertThat(get("/either", "X-API-Key", KEY)).isEqualTo("forwarded");
        assertThat(get("/either", "X-API-Key", KEY))
                .as("twice, by its multiplier")
                .isEqualTo("forwarded");
        assertThat(get("/either", "X-API-Key", KEY)).isEqualTo("429 RATE_LIMIT_EXCEEDED");
    }

    @ParameterizedTest
    @CsvSource({"/products/1, forwarded", "/open, forwarded"})
    void limitsOfOneRouteDoNotReachAnother(String path, String told) {
        for (int i = 0; i < 2; i++) {
            chain.get(ANA, "/either");
        }
        assertThat(get(path)).isEqualTo(told);
    }
}
