package app.rcommerce.gateway.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.token.TokenId;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Revocations by the admin port. */
class AdminRevocationsIT extends AdminFixture {

    private static String jwt(String claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(UTF_8)) + ".c2ln";
    }

    private boolean isRevoked(String tokenId) {
        return isRevoked(tokenId, Long.MAX_VALUE);
    }

    private boolean isRevoked(String tokenId, long issuedAtMillis) {
        return admin.nearRevocations
                        .find(tokenId, Identifier.user("42"), issuedAtMillis)
                        .toCompletableFuture()
                        .join()
                != null;
    }

    @Test
    void aTokenIsRevokedForWhatIsLeftOfItsLifeAndTheSkew() {
        String token = jwt("{\"sub\":\"42\",\"exp\":1767229200}");
        String id = TokenId.ofUnverified(token);
        assertThat(isRevoked(id)).isFalse();
        Got revoked = post("/admin/v1/revocations", "{\"token\":\"" + token + "\"}");
        assertThat(revoked.json().path("token_id").asString()).isEqualTo(id).startsWith("sha256:");
        assertThat(revoked.json().path("for_seconds").asLong()).isEqualTo(3600 + 30 + 1);
        assertThat(revoked.response().body()).doesNotContain(token);
        assertThat(isRevoked(id)).isTrue();
        assertThat(send("DELETE", "/admin/v1/revocations", "{\"token\":\"" + token + "\"}")
                        .json()
                        .path("restored")
                        .asBoolean())
                .isTrue();
        assertThat(isRevoked(id)).isFalse();
    }

    @Test
    void anIdIsRevokedForAsLongAsIsSaidElseAsLongAsATokenLives() {
        assertThat(post("/admin/v1/revocations", "{\"token\":\"a-jti\"}")
                        .json()
                        .path("for_seconds")
                        .asLong())
                .isEqualTo(2 * 86_400 + 30);
        assertThat(post("/admin/v1/revocations", "{\"token\":\"b-jti\",\"for\":\"2h\"}")
                        .json()
                        .path("for_seconds")
                        .asLong())
                .isEqualTo(7200);
        assertThat(isRevoked("a-jti")).isTrue();
        admin.clock.advance(Duration.ofHours(3));
        assertThat(isRevoked("b-jti")).isFalse();
        assertThat(isRevoked("a-jti")).isTrue();
        assertThat(post("/admin/v1/revocations", "{\"token\":\"" + jwt("{\"jti\":\"c\"}") + "\"}")
                        .json()
                        .path("for_seconds")
                        .asLong())
                .isEqualTo(2 * 86_400 + 30);
    }

    @Test
    void everyTokenOfAUserIsRevokedAtOnce() {
        Got revoked = post("/admin/v1/revocations", "{\"subject\":\"user:42\",\"issued_before\":\"now\"}");
        assertThat(revoked.json().toString())
                .isEqualTo(
                        "{\"subject\":\"user:42\",\"issued_before\":\"2026-01-01T00:00:00Z\",\"for_seconds\":172830}");
        long now = admin.clock.millis();
        assertThat(isRevoked("x", now - 1)).isTrue();
        assertThat(isRevoked("x", now)).isFalse();
        post("/admin/v1/revocations", "{\"subject\":\"user:42\",\"issued_before\":\"2025-12-31T01:00:00+01:00\"}");
        assertThat(isRevoked("x", now - 86_400_001)).isTrue();
        assertThat(isRevoked("x", now - 86_400_000)).isFalse();
        assertThat(send("DELETE", "/admin/v1/revocations", "{\"subject\":\"user:42\"}")
                        .json()
                        .path("restored")
                        .asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | content: neither (expected: one of token and subject)",
                "{\"token\":\"a\",\"subject\":\"user:42\"} | content: both",
                "{\"token\":\"a\",\"issued_before\":\"now\"} | issued_before: \"now\" (expected: none beside token)",
                "{\"subject\":\"ip:203.0.113.9\"} | subject: \"ip:203.0.113.9\" (expected: user:<id>)",
                "{\"subject\":\"user:42\",\"issued_before\":\"yesterday\"} | issued_before: \"yesterday\" (expected: now, or a past time",
                "{\"subject\":\"user:42\",\"issued_before\":\"2027-01-01T00:00:00Z\"} | expected: now, or a past time",
                "{\"token\":\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0Mi\"} | token: 35 characters (expected: a JWT",
                "{\"token\":\"with space\"} | token: 10 characters (expected: a JWT",
                "{\"token\":\"\"} | token: 0 characters",
                "{\"token\":{}} | token: an object (expected: a text)"
            })
    void aBadRevocationIsRefusedAndNoTokenRepeated(String content, String message) {
        Got got = post("/admin/v1/revocations", content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(message).doesNotContain("eyJhb", "with space");
    }
}
