package app.rcommerce.gateway.policy.order;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.token.TokenId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What operators are told of each decision, as {@code gateway_decisions_total} counts it. */
class DecisionsTest {

    private static final String CLIENT = "203.0.113.9";
    private static final String TOKEN = "Bearer " + Chain.TOKEN;

    private final Chain chain = new Chain(PoliciesTest.CONFIG);

    private void decides(String decision, String path, String... fields) {
        chain.decisions.clear();
        chain.get(CLIENT, path, fields);
        assertThat(chain.decisions).contains(decision);
    }

    @Test
    void everyRefusalOfACredentialIsToldByItsReason() {
        decides("auth missing", "/orders");
        decides("auth malformed", "/orders", "Authorization", "Basic dTpw");
        decides("auth api_key_unknown", "/orders", "X-API-Key", "uNkNoWn1.key");
        decides("auth token_signature", "/orders", "Authorization", TOKEN.substring(0, TOKEN.length() - 4) + "AAAA");
        decides("scopes refused", "/orders", "Authorization", TOKEN);
        chain.stores.revocations().revoke(TokenId.ofUnverified(Chain.TOKEN), Duration.ofHours(1), "");
        decides("revocation revoked", "/products/1", "Authorization", TOKEN);
        chain.clock.advance(Duration.ofDays(400));
        decides("auth token_expired", "/orders", "Authorization", TOKEN);
    }

    @Test
    void whoIsRefusedUnknownIsTold() {
        Chain strict = new Chain(PoliciesTest.CONFIG.replace("[access]", "[access]\non_store_failure = \"deny\""));
        strict.failure = new StoreUnavailable("away");
        assertThat(strict.get(CLIENT, "/open").told()).isEqualTo("503 STORE_UNAVAILABLE");
        assertThat(strict.decisions).contains("block unknown_denied");
    }

    @Test
    void whoPassesUnknownIsTold() {
        chain.failure = new StoreUnavailable("away");
        decides("block unknown_allowed", "/open");
        decides("revocation unknown_allowed", "/member", "Authorization", TOKEN);
        decides("limit:member_address counted_locally", "/member", "Authorization", TOKEN);
    }
}
