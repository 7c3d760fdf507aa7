package app.rcommerce.gateway.policy.order;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.token.TokenId;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why calls were refused, as the access log and operators are told. */
class ReasonsTest {

    private static final String CLIENT = "203.0.113.9";

    private static final String CONFIG = PoliciesTest.CONFIG + """
            [limits.flying]
            key = "ip"
            concurrency = 2
            [[routes]]
            name = "flying"
            path = "/flying"
            upstream = "commerce"
            limits = ["flying"]
            """;

    private final Chain chain = new Chain(CONFIG);

    private Reason why(String client, String path, String... fields) {
        return chain.get(client, path, fields).call().reason();
    }

    @Test
    void aLimitSaysWhichWindowOfWhomItWas() {
        for (int i = 0; i < 3; i++) {
            assertThat(why(CLIENT, "/products/1")).isNull();
        }
        assertThat(why(CLIENT, "/products/1")).isInstanceOfSatisfying(Reason.OverLimit.class, over -> {
            assertThat(over.limit()).isEqualTo("anonymous");
            assertThat(over.window()).isEqualTo("minute");
            assertThat(over.key()).hasToString("ip:203.0.113.9");
            assertThat(over.counted()).isEqualTo(Reason.Counted.SHARED);
            assertThat(over.quota()).isEqualTo(3);
            assertThat(over.remaining()).isZero();
            assertThat(over.retryAfterMillis()).isBetween(1L, 61_000L);
        });
    }

    @Test
    void ofSeveralWindowsTheOneThatRefusesLongestIsTold() {
        for (int i = 0; i < 5; i++) {
            chain.get(CLIENT, "/products/1");
            chain.clock.advance(Duration.ofSeconds(40));
        }
        assertThat(why(CLIENT, "/products/1"))
                .isInstanceOfSatisfying(
                        Reason.OverLimit.class,
                        over -> assertThat(over.window()).isEqualTo("hour"));
    }

    @Test
    void aLimitThatThisNodeCountsByItselfSaysSo() {
        chain.get(CLIENT, "/products/1");
        chain.failure = new StoreUnavailable("away");
        Reason last = null;
        for (int i = 0; i < 10; i++) {
            last = why(CLIENT, "/products/1");
        }
        assertThat(last)
                .isInstanceOfSatisfying(
                        Reason.OverLimit.class,
                        over -> assertThat(over.counted()).isEqualTo(Reason.Counted.LOCAL));
    }

    @Test
    void aBoundOfRequestsInFlightIsAReasonToo() {
        chain.stores.slots().enter(Identifier.ip(CLIENT), "flying", 2);
        chain.stores.slots().enter(Identifier.ip(CLIENT), "flying", 2);
        assertThat(why(CLIENT, "/flying"))
                .isEqualTo(new Reason.OverLimit(
                        "flying", "concurrency", Identifier.ip(CLIENT), Reason.Counted.SHARED, 2, 0, 1_000));
    }

    @Test
    void whereNothingIsSharedThisNodeCountsByItself() {
        Chain alone = new Chain(CONFIG, Duration.ZERO, false);
        alone.stores.slots().enter(Identifier.ip(CLIENT), "flying", 2);
        alone.stores.slots().enter(Identifier.ip(CLIENT), "flying", 2);
        assertThat(alone.get(CLIENT, "/flying").call().reason())
                .isEqualTo(new Reason.OverLimit(
                        "flying", "concurrency", Identifier.ip(CLIENT), Reason.Counted.LOCAL, 2, 0, 1_000));
        for (int i = 0; i < 3; i++) {
            alone.get(CLIENT, "/products/1");
        }
        assertThat(alone.get(CLIENT, "/products/1").call().reason())
                .isInstanceOfSatisfying(
                        Reason.OverLimit.class,
                        over -> assertThat(over.counted()).isEqualTo(Reason.Counted.LOCAL));
    }

    @Test
    void aBlockSaysWhichEntryItWas() {
        assertThat(why("198.51.100.7", "/open")).isEqualTo(new Reason.Blocked("static", "ip:198.51.100.7", ""));
        assertThat(why("192.0.2.9", "/open")).isEqualTo(new Reason.Blocked("static", "ip:192.0.2.0/24", ""));
        chain.stores.blocks().block(Subject.parse(CLIENT), Duration.ofHours(1), "scraping");
        assertThat(why(CLIENT, "/open")).isEqualTo(new Reason.Blocked("entry", "ip:203.0.113.9", "scraping"));
        chain.stores.blocks().block(Subject.parse("203.0.114.0/24"), Duration.ofHours(1), "a botnet");
        chain.refreshRanges();
        assertThat(why("203.0.114.8", "/open")).isEqualTo(new Reason.Blocked("range", "ip:203.0.114.0/24", "a botnet"));
        chain.stores.blocks().ban(Subject.parse("203.0.115.1"), Duration.ofHours(1), "ban probing");
        assertThat(why("203.0.115.1", "/open")).isEqualTo(new Reason.Blocked("ban", "ip:203.0.115.1", "ban probing"));
        chain.stores.blocks().block(Subject.parse("key:erp"), Duration.ofHours(1), "");
        assertThat(why("203.0.116.1", "/products/1", "X-API-Key", Chain.KEY))
                .isEqualTo(new Reason.Blocked("entry", "key:erp", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            signature | "iss":"rcommerce" | "iss":"rcommerce"
            issuer    | "iss":"rcommerce" | "iss":"other"
            audience  | "aud":"rcommerce-api" | "aud":"other"
            expired   | "exp":1767229200  | "exp":1767220000
            not_yet   | "iat":1767225000  | "iat":1767228000
            no_exp    | ,"exp":1767229200 | ''
            no_sub    | "sub":"42"        | "x":1
            claims    | "sub":"42"        | "sub":42
            type      | "token_type":"access" | "token_type":"refresh"
            """)
    void aTokenSaysWhatIsWrongWithIt(String fault, String part, String instead) {
        assertThat(Tokens.CLAIMS).contains(part);
        String token = Tokens.hs256(Tokens.CLAIMS.replace(part, instead));
        if (fault.equals("signature")) {
            token = token.substring(0, token.length() - 4) + "AAAA";
        }
        chain.decisions.clear();
        Chain.Outcome outcome = chain.get(CLIENT, "/products/1", "Authorization", "Bearer " + token);
        assertThat(outcome.call().reason()).isEqualTo(new Reason.BadToken(fault));
        assertThat(chain.decisions).contains("auth token_" + fault);
        assertThat(outcome.told())
                .as("the client is told one thing")
                .isEqualTo(fault.equals("expired") ? "401 TOKEN_EXPIRED" : "401 TOKEN_INVALID");
    }

    @Test
    void aTokenSaysWhatItIsRevokedBy() {
        chain.stores.revocations().revoke(TokenId.ofUnverified(Chain.TOKEN), Duration.ofHours(1), "");
        assertThat(why(CLIENT, "/products/1", "Authorization", "Bearer " + Chain.TOKEN))
                .isEqualTo(new Reason.BadToken("revoked"));
        Chain other = new Chain(PoliciesTest.CONFIG);
        other.stores.revocations().revokeBefore(Identifier.user("42"), Tokens.NOW, Duration.ofHours(1));
        Chain.Outcome outcome = other.get(CLIENT, "/products/1", "Authorization", "Bearer " + Chain.TOKEN);
        assertThat(outcome.call().reason()).isEqualTo(new Reason.BadToken("cut_off"));
        assertThat(other.decisions).contains("revocation cut_off");
    }

    @Test
    void aMissingScopeSaysWhichAreWanted() {
        assertThat(why(CLIENT, "/orders", "Authorization", "Bearer " + Chain.TOKEN))
                .isEqualTo(new Reason.MissingScope("orders:read"));
    }

    @Test
    void whatTheCodeSaysWhollyHasNoFurtherReason() {
        assertThat(why(CLIENT, "/nowhere")).isNull();
        assertThat(why(CLIENT, "/orders")).isNull();
    }
}
