package app.rcommerce.gateway.policy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.policy.order.Chain;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForgedTokensTest {

    private static final String TOML = """
            [access]
            allow = ["198.51.100.0/24"]
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "%s"
            %s
            [[access.bans]]
            name = "forging"
            after = "8 401/minute"
            for = "10m"
            [upstreams.u]
            servers = ["http://127.0.0.1:8081"]
            [[routes]]
            name = "all"
            path = "/**"
            upstream = "u"
            auth = "optional"
            """;
    private static final String CLIENT = "203.0.113.9";
    private static final String GOOD = "Bearer " + Tokens.hs256(Tokens.CLAIMS);

    private final Chain chain = new Chain(TOML.formatted(Tokens.SECRET, ""));
    private int forged;

    private Chain.Outcome forge(String address) {
        String number = Integer.toString(1_000_000 + forged++);
        String token = GOOD.substring(0, GOOD.length() - 7) + number.substring(1) + "A";
        return chain.get(address, "/", "Authorization", token);
    }

    @Test
    void anAddressThatGoesOnForgingIsNotVerifiedForAWhile() {
        for (int i = 0; i < 5; i++) {
            assertThat(forge(CLIENT).told()).isEqualTo("401 TOKEN_INVALID");
        }
        Chain.Outcome refused = forge(CLIENT);
        assertThat(refused.told()).isEqualTo("429 TOO_MANY_INVALID_TOKENS");
        assertThat(refused.field("retry-after")).isEqualTo("3");
        assertThat(refused.body()).contains("\"retry_after\":3");
        chain.clock.advance(Duration.ofSeconds(3));
        assertThat(forge(CLIENT).told()).isEqualTo("401 TOKEN_INVALID");
        assertThat(forge(CLIENT).told()).isEqualTo("429 TOO_MANY_INVALID_TOKENS");
        assertThat(chain.decisions).contains("auth token_unverified");
    }

    @Test
    void whoIsKnownToBeGoodPassesAllTheSame() {
        assertThat(chain.get(CLIENT, "/", "Authorization", GOOD).told()).isEqualTo("forwarded");
        for (int i = 0; i < 6; i++) {
            forge(CLIENT);
        }
        assertThat(chain.get(CLIENT, "/", "Authorization", GOOD).told()).isEqualTo("forwarded");
        assertThat(chain.get(CLIENT, "/").told()).isEqualTo("forwarded");
    }

    @Test
    void othersAreNoneTheWorse() {
        for (int i = 0; i < 6; i++) {
            forge(CLIENT);
        }
        assertThat(chain.get("203.0.113.10", "/", "Authorization", GOOD).told()).isEqualTo("forwarded");
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        for (int i = 0; i < 6; i++) {
            forge("2001:db8::" + (i + 1));
        }
        assertThat(forge("2001:db8::77").told()).isEqualTo("429 TOO_MANY_INVALID_TOKENS");
        assertThat(forge("2001:db8:0:1::1").told()).isEqualTo("401 TOKEN_INVALID");
    }

    @Test
    void tokensThatHaveOnlyExpiredAreNoForgeries() {
        chain.clock.advance(Duration.ofDays(30));
        for (int i = 0; i < 4; i++) {
            assertThat(chain.get(CLIENT, "/", "Authorization", GOOD).told()).isEqualTo("401 TOKEN_EXPIRED");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(forge(CLIENT).told()).isEqualTo("401 TOKEN_INVALID");
        }
    }

    @Test
    void whatIsNotVerifiedCountsTowardsABanOfForgers() {
        for (int i = 0; i < 8; i++) {
            forge(CLIENT);
        }
        assertThat(chain.banned).containsExactly("forging ip:203.0.113.9 600");
    }

    @Test
    void allowlistedAddressesAreVerifiedAlways() {
        for (int i = 0; i < 20; i++) {
            assertThat(forge("198.51.100.7").told()).isEqualTo("401 TOKEN_INVALID");
        }
    }

    @Test
    void theRateIsForTheOperatorToSay() {
        Chain lenient = new Chain(TOML.formatted(Tokens.SECRET, "bad_signatures = \"400/minute\"")
                .replace("8 401/minute", "10000 401/minute"));
        for (int i = 0; i < 100; i++) {
            String token = GOOD.substring(0, GOOD.length() - 4) + (100 + i) + "A";
            assertThat(lenient.get(CLIENT, "/", "Authorization", token).told()).isEqualTo("401 TOKEN_INVALID");
        }
        assertThat(lenient.get(CLIENT, "/", "Authorization", GOOD).told()).isEqualTo("429 TOO_MANY_INVALID_TOKENS");
    }
}
