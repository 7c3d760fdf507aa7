package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.server.exchange.Finished;
import org.junit.jupiter.api.Test;

/** Why a request was refused, by the admin port. */
class AdminDecisionsIT extends AdminFixture {

    private static final Finished.Protocol HTTP = new Finished.Protocol("http/1.1", "", "");

    private void finished(String id, Reason reason) {
        admin.refusals.finished(new Finished(
                1_767_225_600_007L,
                2_000_000,
                null,
                id,
                "203.0.113.9",
                HTTP,
                "GET",
                "shop.example",
                "/api/v1/products/1",
                "products",
                429,
                "RATE_LIMIT_EXCEEDED",
                "key:erp",
                "",
                "",
                "",
                reason,
                0,
                0));
    }

    @Test
    void aRefusalIsToldWithItsReason() {
        finished(
                "req_1",
                new Reason.OverLimit("api_key", "minute", Identifier.key("erp"), Reason.Counted.SHARED, 60, 0, 56_100));
        Got got = get("/admin/v1/decisions/req_1");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.json().path("limit").asString()).isEqualTo("api_key");
        assertThat(got.json().path("window").asString()).isEqualTo("minute");
        assertThat(got.json().path("key").asString()).isEqualTo("key:erp");
        assertThat(got.json().path("counted").asString()).isEqualTo("shared");
        assertThat(got.json().path("remaining").asLong()).isZero();
        assertThat(got.json().path("until").asString()).isEqualTo("2026-01-01T00:00:57.007Z");
        assertThat(got.json().path("node").asString()).isEqualTo("web-1/42");
    }

    @Test
    void aSignatureThatDoesNotHoldIsToldWithItsReason() {
        finished("req_3", new Reason.BadSignature("there is no webhook-id"));

        assertThat(get("/admin/v1/decisions/req_3").json().path("signature").asString())
                .isEqualTo("there is no webhook-id");
    }

    @Test
    void whatNobodyRemembersIsNotFound() {
        Got got = get("/admin/v1/decisions/req_2");
        assertThat(got.status()).isEqualTo(404);
        assertThat(got.message())
                .contains("\"req_2\"")
                .contains("the newest 4096")
                .contains("access log");
        assertThat(get("/admin/v1/decisions/").status()).isEqualTo(400);
        assertThat(get("/admin/v1/decisions/a/b").status()).isEqualTo(404);
        assertThat(get("/admin/v1/decisions/" + "x".repeat(129)).message()).contains("expected: 1 to 128 of");
        assertThat(send("POST", "/admin/v1/decisions/req_2", "{}").status()).isEqualTo(405);
    }
}
