package app.rcommerce.gateway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.effective.EffectiveConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The configuration in force by the admin port. */
class AdminConfigIT extends AdminFixture {

    private static final String SALT = "00112233445566778899aabbccddeeff";

    @Test
    void theConfigurationInForceIsShownWithoutItsSecrets() {
        Got got = get("/admin/v1/config");

        assertThat(got.status()).isEqualTo(200);
        JsonNode config = got.json();
        assertThat(config.path("hash").asString())
                .isEqualTo(EffectiveConfig.of(admin.config).hash())
                .isEqualTo(get("/admin/v1/status").json().at("/config/hash").asString());
        assertThat(config.path("settings").path("auth.jwt.secret").asString()).isEqualTo("\"(secret)\"");
        assertThat(config.path("settings").path("limits.user.rates").asString()).isEqualTo("[\"500/minute\"]");
        assertThat(config.path("toml").asString()).contains("[limits.user]\nkey = \"subject\"");
        assertThat(got.response().body())
                .doesNotContain("a development secret", "0123456789abcdef0123456789abcdef", RunningAdmin.TOKEN);
    }

    @Test
    void theLogLevelIsSetForAllOrForOneLogger() {
        assertThat(post("/admin/v1/log-level", "{\"level\":\"debug\"}").json().toString())
                .contains("\"level\":\"debug\"");
        assertThat(post("/admin/v1/log-level", "{\"level\":\"warn\",\"logger\":\"org.redisson\"}")
                        .status())
                .isEqualTo(200);
        assertThat(admin.levels).containsExactly("=DEBUG", "org.redisson=WARN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | level: missing",
                "{\"level\":\"loud\"} | level: \"loud\"",
                "{\"level\":\"info\",\"logger\":\"a b\"} | logger: \"a b\"",
                "{\"level\":\"debug\",\"logger\":\"org.redisson.client\"} | level: \"debug\"",
                "{\"level\":\"trace\",\"logger\":\"io.netty\"} | level: \"trace\"",
            })
    void aLogLevelThatCannotBeSetIsRefused(String content, String message) {
        Got refused = post("/admin/v1/log-level", content);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).startsWith(message).contains("expected:");
        assertThat(admin.levels).isEmpty();
    }

    @Test
    void secretsAreComparedWithoutBeingTold() {
        Got same = post(
                "/admin/v1/config/compare",
                "{\"salt\":\"" + SALT + "\",\"secrets\":{\"auth.jwt.secret\":\"0\",\"no.such.key\":\"0\"}}");

        assertThat(same.json().toString()).isEqualTo("{\"other_secrets\":[\"auth.jwt.secret\"]}");
        assertThat(post("/admin/v1/config/compare", "{\"salt\":\"" + SALT + "\"}")
                        .json()
                        .toString())
                .isEqualTo("{\"other_secrets\":[]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | salt: missing",
                "{\"salt\":\"abc\"} | salt: \"abc\"",
                "{\"salt\":\"00112233445566778899aabbccddeeff\",\"secrets\":[]} | secrets: an array",
                "{\"salt\":\"00112233445566778899aabbccddeeff\",\"secrets\":{\"a\":1}} | secrets.\"a\": a number",
            })
    void aComparisonThatCannotBeMadeIsRefused(String content, String message) {
        Got refused = post("/admin/v1/config/compare", content);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.message()).startsWith(message).contains("expected:");
    }
}
