package app.rcommerce.gateway.policy.order;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.policy.order.Chain.Outcome;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.token.TokenId;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds while the shared store is away, and that a defect of it is told from that. */
class StoreFailureTest {

    private static final String ANA = "203.0.113.9";
    private static final StoreUnavailable AWAY = new StoreUnavailable("away");

    private static Chain chain(String blocks, String tokens, String limits) {
        return new Chain(
                """
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                on_store_failure = "%s"
                [[auth.api_keys]]
                id = "erp"
                sha256 = "%s"
                limit_multiplier = 2.0
                [access]
                on_store_failure = "%s"
                [limits.a]
                key = "ip"
                rates = ["6/minute"]
                on_store_failure = "%s"
                [limits.b]
                key = "api_key"
                rates = ["4/minute"]
                [limits.c]
                key = "ip"
                rates = ["1/minute"]
                mode = "shadow"
                on_store_failure = "deny"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:8081"]
                [[routes]]
                name = "limited"
                path = "/limited"
                upstream = "commerce"
                limits = ["a"]
                [[routes]]
                name = "shadow"
                path = "/shadow"
                upstream = "commerce"
                limits = ["c"]
                [[routes]]
                name = "open"
                path = "/**"
                upstream = "commerce"
                auth = "optional"
                limits = ["b"]
                """.formatted(Tokens.SECRET, tokens, Digests.sha256Hex(Chain.KEY), blocks, limits),
                Duration.ofMillis(500));
    }

    private static String[] times(Chain chain, int count, String path, String... fields) {
        String[] told = new String[count];
        for (int i = 0; i < count; i++) {
            told[i] = chain.get(ANA, path, fields).told();
        }
        return told;
    }

    @Test
    void aLocalLimitHoldsThisNodesShareHalfOfItAtOnce() {
        Chain chain = chain("allow", "allow", "local");
        chain.nodes = 3;
        chain.failure = AWAY;
        assertThat(times(chain, 2, "/limited")).containsExactly("forwarded", "429 RATE_LIMIT_EXCEEDED");
        assertThat(chain.decisions).contains("limit:a counted_locally", "limit:a refused");
        Outcome refused = chain.get(ANA, "/limited");
        assertThat(refused.call().limitReports().getFirst().meter().quota()).isEqualTo(2);
        assertThat(refused.field("retry-after"))
                .as("what half of the quota takes")
                .isEqualTo("31");
        chain.clock.advance(Duration.ofSeconds(31));
        assertThat(times(chain, 2, "/limited")).containsExactly("forwarded", "429 RATE_LIMIT_EXCEEDED");
        chain.nodes = 100;
        assertThat(chain.get("1.2.3.4", "/limited").told())
                .as("a share is at least one")
                .isEqualTo("forwarded");
    }

    @Test
    void theLocalCountGoesOnWhereTheStoreHasStopped() {
        Chain chain = chain("allow", "allow", "local");
        assertThat(times(chain, 5, "/limited")).containsOnly("forwarded");
        chain.failure = AWAY;
        assertThat(chain.get(ANA, "/limited").told())
                .as("one of six is left, and others may want it")
                .isEqualTo("429 RATE_LIMIT_EXCEEDED");
        chain.clock.advance(Duration.ofSeconds(61));
        assertThat(times(chain, 3, "/limited"))
                .as("after a window nothing of that counts")
                .containsOnly("forwarded");
    }

    @Test
    void whatWasAdmittedWithoutTheStoreIsCountedThereAfterwards() {
        Chain chain = chain("allow", "allow", "local");
        chain.failure = AWAY;
        assertThat(times(chain, 3, "/limited")).containsOnly("forwarded");
        chain.clock.advance(Duration.ofSeconds(10));
        chain.failure = null;
        assertThat(chain.get(ANA, "/limited").told())
                .as("while others may have to tell as well")
                .isEqualTo("429 RATE_LIMIT_EXCEEDED");
        chain.clock.advance(Duration.ofSeconds(1));
        assertThat(times(chain, 4, "/limited"))
                .containsExactly("forwarded", "forwarded", "forwarded", "429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void aLocalLimitKeepsTheMultiplierOfAKey() {
        Chain chain = chain("allow", "allow", "local");
        chain.failure = AWAY;
        assertThat(times(chain, 5, "/x", "X-API-Key", Chain.KEY))
                .containsExactly("forwarded", "forwarded", "forwarded", "forwarded", "429 RATE_LIMIT_EXCEEDED");
    }

    @Test
    void aLimitThatAllowsLetsAllPassUncounted() {
        Chain chain = chain("allow", "allow", "allow");
        chain.failure = AWAY;
        assertThat(times(chain, 20, "/limited")).containsOnly("forwarded");
        assertThat(chain.decisions).contains("limit:a unknown_allowed");
        assertThat(chain.get(ANA, "/limited").call().limitReports()).isEmpty();
    }

    @Test
    void whatTheStoreSaidLastIsKnownOfTheLimitsThatGoOnLocally() {
        Chain chain = new Chain("""
                [limits.free]
                key = "ip"
                rates = ["100/minute"]
                on_store_failure = "allow"
                [limits.edge]
                key = "ip"
                rates = ["4/minute"]
                on_store_failure = "local"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:8081"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "commerce"
                limits = ["free", "edge"]
                """);
        assertThat(times(chain, 5, "/x"))
                .containsExactly("forwarded", "forwarded", "forwarded", "forwarded", "429 RATE_LIMIT_EXCEEDED");
        chain.failure = AWAY;
        assertThat(times(chain, 2, "/x")).as("at the edge, it stays refused").containsOnly("429 RATE_LIMIT_EXCEEDED");
        assertThat(chain.get("203.0.113.77", "/x").told()).as("another caller").isEqualTo("forwarded");
    }

    @Test
    void aLimitThatDeniesAnswers503NotAsIfTheCallerWereToBlame() {
        Chain chain = chain("allow", "allow", "deny");
        chain.failure = AWAY;
        Outcome outcome = chain.get(ANA, "/limited");
        assertThat(outcome.told()).isEqualTo("503 STORE_UNAVAILABLE");
        assertThat(outcome.field("retry-after")).isEqualTo("1");
        assertThat(outcome.failure()).isNull();
        assertThat(chain.decisions).contains("limit:a unknown_denied");
    }

    @Test
    void aShadowLimitRefusesNothingEvenThen() {
        Chain chain = chain("allow", "allow", "deny");
        chain.failure = AWAY;
        assertThat(times(chain, 5, "/shadow")).containsOnly("forwarded");
    }

    @Test
    void anUnknownCallerPassesTheBlockListOrDoesNot() {
        Chain allowing = chain("allow", "allow", "local");
        allowing.failure = AWAY;
        assertThat(times(allowing, 1, "/x")).containsExactly("forwarded");
        assertThat(allowing.decisions).contains("block unknown_allowed");

        Chain denying = chain("deny", "allow", "local");
        denying.failure = AWAY;
        Outcome outcome = denying.get(ANA, "/x");
        assertThat(outcome.told()).isEqualTo("503 STORE_UNAVAILABLE");
        assertThat(outcome.field("retry-after")).isEqualTo("1");
    }

    @Test
    void aTokenOfUnknownStandingPassesOrDoesNot() {
        String token = "Bearer " + Chain.TOKEN;
        Chain allowing = chain("allow", "allow", "local");
        allowing.failure = AWAY;
        assertThat(times(allowing, 1, "/x", "Authorization", token)).containsExactly("forwarded");
        assertThat(allowing.decisions).contains("revocation unknown_allowed");

        Chain denying = chain("allow", "deny", "local");
        denying.failure = AWAY;
        assertThat(times(denying, 1, "/x", "Authorization", token)).containsExactly("503 STORE_UNAVAILABLE");
        assertThat(times(denying, 1, "/x"))
                .as("who has no token is not asked about one")
                .containsExactly("forwarded");
    }

    @Test
    void whatIsKnownToBeBadStaysRefused() {
        Chain chain = chain("allow", "allow", "local");
        String token = "Bearer " + Chain.TOKEN;
        chain.stores.blocks().block(Subject.parse("ip:1.2.3.4"), Duration.ofMinutes(10), "");
        chain.stores.revocations().revoke(TokenId.ofUnverified(Chain.TOKEN), Duration.ofMinutes(10), "");
        assertThat(chain.get("1.2.3.4", "/x").told()).isEqualTo("403 BLOCKED");
        assertThat(times(chain, 1, "/x", "Authorization", token)).containsExactly("401 TOKEN_REVOKED");
        chain.failure = AWAY;
        chain.clock.advance(Duration.ofMinutes(5));
        assertThat(chain.get("1.2.3.4", "/x").told()).isEqualTo("403 BLOCKED");
        assertThat(times(chain, 1, "/x", "Authorization", token)).containsExactly("401 TOKEN_REVOKED");
        chain.clock.advance(Duration.ofMinutes(5));
        assertThat(chain.get("1.2.3.4", "/x").told())
                .as("until it would have ended")
                .isEqualTo("forwarded");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDefectOfAStoreIs500NeverAPassOrA429(boolean throwing) {
        for (RuntimeException defect : List.of(
                new IllegalStateException("defect"), new CompletionException(new IllegalStateException("defect")))) {
            Chain chain = chain("allow", "allow", "allow");
            chain.failure = defect;
            chain.throwing = throwing;
            for (String path : List.of("/x", "/limited", "/shadow")) {
                Outcome outcome = chain.get(ANA, path);
                assertThat(outcome.told()).isEqualTo("500 INTERNAL_ERROR");
                assertThat(outcome.failure()).isNotNull();
                assertThat(outcome.body()).doesNotContain("defect");
            }
        }
    }
}
