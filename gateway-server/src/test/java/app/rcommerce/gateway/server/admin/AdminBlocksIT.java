package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.BlockStore;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The block list by the admin port. */
class AdminBlocksIT extends AdminFixture {

    @Test
    void oneRangeTooManyIsAConflictThatSaysWhy() {
        for (int i = 0; i < BlockStore.MOST_RANGES; i++) {
            admin.stores
                    .blocks()
                    .block(
                            Objects.requireNonNull(Subject.parse("10." + i / 256 + "." + i % 256 + ".0/24")),
                            Duration.ofHours(1),
                            "");
        }
        Got refused = post("/admin/v1/blocks", "{\"subject\":\"198.51.100.0/24\"}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.message())
                .isEqualTo("block list: 5000 ranges already (expected: at most 5000; addresses and IPv6 "
                        + "networks of 64 bits do not count, larger ranges take the place of many)");
        assertThat(post("/admin/v1/blocks", "{\"subject\":\"2001:db8::/64\"}").status())
                .isEqualTo(200);
    }

    @Test
    void aBlockHoldsAtOnceOnThisNodeUntilItEnds() {
        Identifier ip = Identifier.ip("203.0.113.9");
        assertThat(admin.nearBlocks.find(ip).toCompletableFuture().join()).isNull();
        Got blocked =
                post("/admin/v1/blocks", "{\"subject\":\"ip:203.0.113.9\",\"for\":\"1h\",\"reason\":\"scraping\"}");
        assertThat(blocked.status()).isEqualTo(200);
        assertThat(blocked.json().path("remaining_seconds").asLong()).isEqualTo(3600);
        assertThat(blocked.json().path("until").asString()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(admin.nearBlocks.find(ip).toCompletableFuture().join()).isNotNull();
        post("/admin/v1/blocks", "{\"subject\":\"203.0.113.64/26\"}");
        assertThat(admin.nearBlocks.range(new byte[] {(byte) 203, 0, 113, 65})).isNotNull();

        admin.clock.advance(Duration.ofSeconds(90));
        JsonNode list = get("/admin/v1/blocks").json();
        assertThat(list.path("truncated").asBoolean()).isFalse();
        assertThat(list.path("blocks").valueStream().map(JsonNode::toString))
                .containsExactlyInAnyOrder(
                        "{\"subject\":\"ip:198.51.100.7\",\"reason\":\"\",\"source\":\"static\"}",
                        "{\"subject\":\"ip:192.0.2.0/24\",\"reason\":\"\",\"source\":\"static\"}",
                        "{\"subject\":\"ip:203.0.113.9\",\"reason\":\"scraping\",\"source\":\"shared\","
                                + "\"remaining_seconds\":3510,\"until\":\"2026-01-01T01:00:00Z\"}",
                        "{\"subject\":\"ip:203.0.113.64/26\",\"reason\":\"\",\"source\":\"shared\","
                                + "\"remaining_seconds\":3510,\"until\":\"2026-01-01T01:00:00Z\"}");

        Got removed = send("DELETE", "/admin/v1/blocks?subject=ip:203.0.113.9", "");
        assertThat(removed.json().path("removed").asBoolean()).isTrue();
        assertThat(admin.nearBlocks.find(ip).toCompletableFuture().join()).isNull();
        assertThat(send("DELETE", "/admin/v1/blocks?subject=ip:203.0.113.9", "")
                        .json()
                        .path("removed")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void whatTheConfigurationBlocksOrAllowsIsSaid() {
        Got stays = send("DELETE", "/admin/v1/blocks?subject=ip%3A192.0.2.0%2F24", "");
        assertThat(stays.status()).isEqualTo(409);
        assertThat(stays.message()).contains("ip:192.0.2.0/24", "configuration");
        assertThat(post("/admin/v1/blocks", "{\"subject\":\"ip:203.0.113.200\"}")
                        .json()
                        .path("note")
                        .asString())
                .contains("allowlist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"subject\":\"203.0.113\"} | subject: \"203.0.113\" (expected: ip:<address or range>",
                "{\"subject\":\"ip:0.0.0.0/0\"} | expected: a range with a prefix of at least 1 bit",
                "{\"subject\":\"ip:::/0\"} | expected: a range with a prefix of at least 1 bit",
                "{\"subject\":7} | subject: a number (expected: a text)",
                "{\"subject\":null} | subject: missing",
                "{} | subject: missing",
                "{\"subject\":\"key:erp\",\"for\":\"5 hours\"} | for: \"5 hours\" (expected: a whole number with ms, s, m, h or d",
                "{\"subject\":\"key:erp\",\"for\":\"0s\"} | from 1s to 3660d",
                "{\"subject\":\"key:erp\",\"for\":\"4000d\"} | from 1s to 3660d",
                "{\"subject\":\"key:erp\",\"for\":60} | for: a number (expected: a text)",
                "{\"subject\":\"key:erp\",\"reason\":\"a\\u0007b\"} | reason: \"a?b\" (expected: at most 200 characters",
                "{\"subject\":\"key:erp\",\"until\":\"1h\"} | content: a member \"until\" (expected: subject, for, reason)",
                "{\"subject\":\"key:erp\" | content: not JSON at line 1",
                "{\"subject\":\"key:erp\",\"subject\":\"key:crm\"} | content: not JSON",
                "{\"subject\":\"key:erp\"}{} | content: not JSON",
                "[] | content: JSON of another kind (expected: a JSON object)",
                "\"key:erp\" | content: JSON of another kind"
            })
    void aBadBlockIsRefusedByName(String content, String message) {
        Got got = post("/admin/v1/blocks", content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(got.message()).contains(message);
        assertThat(admin.stores.blocks().list(10).toCompletableFuture().join()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/admin/v1/blocks | subject: missing",
                "/admin/v1/blocks?subject= | subject: missing",
                "/admin/v1/blocks?subject=nobody | subject: \"nobody\"",
                "/admin/v1/blocks?subject=key:a&subject=key:b | subject: 2 values",
                "/admin/v1/blocks?subject=key:a&force=1 | query: \"force\" (expected: the parameter subject alone)",
                "/admin/v1/limits | identifier: missing",
                "/admin/v1/limits?identifier=10.0.0.0/8 | identifier: \"10.0.0.0/8\" (expected: ip:<address>"
            })
    void aBadQueryIsRefusedByName(String path, String message) {
        Got got = send("DELETE", path, "");
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(message);
    }
}
