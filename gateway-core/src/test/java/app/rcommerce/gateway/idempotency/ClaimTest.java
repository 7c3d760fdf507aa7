package app.rcommerce.gateway.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.idempotency.Claim.Requested;
import app.rcommerce.gateway.identity.Identifier;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimTest {

    private static final Identifier ANA = Identifier.user("ana");
    private static final Identifier SHOP = Identifier.key("shop");

    private static Claim claim(String route, List<Identifier> caller, String key) {
        return Claim.of(route, caller, key, requested("5"));
    }

    private static Requested requested(String body) {
        return new Requested("POST", "shop.example", "/pay?a=1", body.getBytes(UTF_8));
    }

    private static String fingerprint(Requested requested) {
        return Claim.of("pay", List.of(ANA), "k", requested).fingerprint();
    }

    @Test
    void aRepeatHasTheSameKeyAndFingerprintAndAnotherHolder() {
        Claim first = claim("pay", List.of(ANA), "k");
        Claim again = claim("pay", List.of(ANA), "k");

        assertThat(again.key()).isEqualTo(first.key()).matches("[0-9a-f]{64}");
        assertThat(again.fingerprint()).isEqualTo(first.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(again.holder()).isNotEqualTo(first.holder());
    }

    @Test
    void anotherRouteCallerOrKeyIsAnotherKey() {
        assertThat(List.of(
                        claim("pay", List.of(ANA), "k").key(),
                        claim("refund", List.of(ANA), "k").key(),
                        claim("pay", List.of(Identifier.user("bob")), "k").key(),
                        claim("pay", List.of(SHOP), "k").key(),
                        claim("pay", List.of(SHOP, ANA), "k").key(),
                        claim("pay", List.of(Identifier.ip("192.0.2.1")), "k").key(),
                        claim("pay", List.of(ANA), "l").key()))
                .doesNotHaveDuplicates();
    }

    @Test
    void anotherMethodHostTargetOrBodyIsAnotherRequest() {
        byte[] body = "5".getBytes(UTF_8);
        assertThat(List.of(
                        fingerprint(requested("5")),
                        fingerprint(requested("6")),
                        fingerprint(requested("")),
                        fingerprint(new Requested("PATCH", "shop.example", "/pay?a=1", body)),
                        fingerprint(new Requested("POST", "other.example", "/pay?a=1", body)),
                        fingerprint(new Requested("POST", "shop.example", "/pay?a=2", body))))
                .doesNotHaveDuplicates();
    }
}
