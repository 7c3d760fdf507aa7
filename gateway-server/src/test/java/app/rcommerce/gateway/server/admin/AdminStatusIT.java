package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Status, routes and reloads by the admin port, and a store that is away. */
class AdminStatusIT extends AdminFixture {

    @Test
    void statusAndRoutesDescribeTheGateway() {
        admin.clock.advance(Duration.ofSeconds(75));
        JsonNode status = get("/admin/v1/status").json();
        assertThat(status.path("uptime_seconds").asLong()).isEqualTo(75);
        assertThat(status.path("phase").asString()).isEqualTo("serving");
        assertThat(status.path("store").toString())
                .isEqualTo(
                        "{\"type\":\"memory\",\"state\":\"connected\",\"detail\":\"\",\"nodes\":2,\"tracking\":\"none\",\"evicted_keys\":0}");
        assertThat(status.path("connections").toString()).isEqualTo("{\"clients\":12,\"upstreams\":{\"commerce\":3}}");
        assertThat(status.at("/config/loaded_at").asString()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(status.path("routes").asInt()).isEqualTo(1);
        JsonNode route = get("/admin/v1/routes").json().at("/routes/0");
        assertThat(route.path("name").asString()).isEqualTo("products");
        assertThat(route.path("path").asString()).isEqualTo("/api/v1/products/**");
        assertThat(route.at("/cache/ttl_seconds").asLong()).isEqualTo(300);
        assertThat(status.toString()).doesNotContain("secret", RunningAdmin.TOKEN);
    }

    @Test
    void aReloadThatIsRefusedNamesEveryProblem() {
        assertThat(post("/admin/v1/reload", "").json().toString()).contains("\"reloaded\":true");
        admin.problems = List.of(
                new ConfigProblem("gateway.toml", 4, 2, "server.workers", "-1", "0 to 1024"),
                new ConfigProblem("gateway.toml", 9, 1, "limits.a.rates", "missing", "a list"));
        Got refused = post("/admin/v1/reload", "{}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("CONFIGURATION_INVALID");
        assertThat(refused.json().at("/error/details/0").asString())
                .isEqualTo("gateway.toml:4:2: server.workers: -1 (expected: 0 to 1024)");
        assertThat(refused.json().at("/error/details").size()).isEqualTo(2);
        assertThat(get("/admin/v1/status").json().at("/config/problems").size()).isEqualTo(2);
        assertThat(get("/health/ready").json().at("/checks/2/status").asString())
                .isEqualTo("degraded");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET | /admin/v1/blocks | ``",
                "POST | /admin/v1/blocks | {\"subject\":\"key:erp\"}",
                "DELETE | /admin/v1/blocks?subject=key:erp | ``",
                "POST | /admin/v1/revocations | {\"token\":\"a\"}",
                "POST | /admin/v1/revocations | {\"subject\":\"user:42\"}",
                "DELETE | /admin/v1/revocations | {\"token\":\"a\"}",
                "GET | /admin/v1/limits?identifier=user:42 | ``",
                "DELETE | /admin/v1/limits?identifier=user:42 | ``",
                "POST | /admin/v1/purge | {\"all\":true}"
            })
    void aStoreThatIsAwayIsNoSuccess(String method, String path, String content) {
        admin.storeAway = true;
        Got got = send(method, path, content);
        assertThat(got.status()).isEqualTo(503);
        assertThat(got.code()).isEqualTo("STORE_UNAVAILABLE");
        assertThat(got.message()).contains("connection refused");
        assertThat(get("/admin/v1/status").json().at("/store/state").asString()).isEqualTo("reconnecting");
    }
}
