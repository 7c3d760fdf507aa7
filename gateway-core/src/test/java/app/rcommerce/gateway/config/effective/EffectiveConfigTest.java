package app.rcommerce.gateway.config.effective;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.effective.ConfigDiff.Difference;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EffectiveConfigTest {

    private static final byte[] SALT = {1, 2, 3};
    private static final Path SAMPLES = Path.of("../config");
    /** A configuration in which no key has its default. */
    private static final Path FULL = Path.of("src/test/resources/config/good/full.toml");

    @TempDir
    Path folder;

    private static GatewayConfig read(Path file) {
        return switch (ConfigReader.read(
                file,
                Map.of(
                        "REDIS_PASSWORD", "hunter2-of-the-variable",
                        "JWT_SECRET", "0123456789abcdef0123456789abcdef",
                        "GATEWAY_ADMIN_TOKEN", "a-token-of-many-characters")::get)) {
            case Result.Loaded loaded -> loaded.config();
            case Result.Rejected rejected -> throw new AssertionError(rejected.problems());
        };
    }

    private EffectiveConfig changed(String from, String to) throws IOException {
        String text = Files.readString(FULL);
        assertThat(text).contains(from);
        Files.copy(FULL.resolveSibling("keys.json"), folder.resolve("keys.json"));
        copyCertificates();
        return EffectiveConfig.of(read(Files.writeString(folder.resolve("changed.toml"), text.replace(from, to))));
    }

    private void copyCertificates() throws IOException {
        Path to = Files.createDirectories(folder.resolve("tls"));
        for (String name : List.of("shop.pem", "shop.key", "clients.pem")) {
            Files.copy(FULL.resolveSibling("tls/" + name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static EffectiveConfig full() {
        return EffectiveConfig.of(read(FULL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../config/gateway.toml",
                "../config/production.toml",
                "../config/development.toml",
                "src/test/resources/config/good/gateway.toml",
                "src/test/resources/config/good/full.toml"
            })
    void whatIsShownMakesTheSameGateway(String sample) throws IOException {
        GatewayConfig config = read(Path.of(sample));
        String text = EffectiveConfig.of(config).tomlWithSecrets();
        String jwks = config.auth().jwt() == null ? null : config.auth().jwt().jwks();
        if (jwks != null) {
            Files.writeString(folder.resolve("keys.json"), jwks);
            text = text.replaceFirst("(?m)^jwks_file = .*$", "jwks_file = \"keys.json\"");
        }

        copyCertificates();
        GatewayConfig again = read(Files.writeString(folder.resolve("again.toml"), text));

        assertThat(again).usingRecursiveComparison().ignoringFields("sources").isEqualTo(config);
        assertThat(EffectiveConfig.of(again).toml())
                .isEqualTo(EffectiveConfig.of(config).toml());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "literal-admin-token",
                "literal-redis-password",
                "literal-sentinel-password",
                "literal-jwt-secret",
                "literal-private-part",
                "literal-ticket-secret-of-forty-characters",
                "literal-query-key",
                "literal-issuer-password",
                "literal-webhook-secret-1",
                "literal-webhook-secret-2",
                "bGl0ZXJhbC1rZXktMS1vZi0yOC1ieXRlcy4uLi4=",
                "bGl0ZXJhbC1rZXktMi1vZi0yOC1ieXRlcy4uLi4=",
                "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
            })
    void noSecretOfAFullConfigurationIsShown(String secret) {
        EffectiveConfig config = full();

        assertThat(config.tomlWithSecrets()).as("the sample has the secret").contains(secret);
        assertThat(config.toml()).doesNotContain(secret).contains("(secret)");
        assertThat(config.settings().toString()).doesNotContain(secret);
        assertThat(config.fingerprints(SALT).toString()).doesNotContain(secret);
    }

    @Test
    void theJournalOfAQueueInMemoryIsShown() throws IOException {
        Path file = Files.writeString(
                folder.resolve("memory.toml"),
                "[upstreams.u]\nservers = [\"http://h\"]\n[[routes]]\nname = \"all\"\npath = \"/**\"\nupstream = \"u\"\n"
                        + "[queues.webhooks]\njournal = \"jobs\"\n");

        assertThat(EffectiveConfig.of(read(file)).settings()).containsEntry("queues.webhooks.journal", "\"jobs\"");
    }

    @Test
    void aUrlIsShownWithoutItsSecretPart() {
        assertThat(full().settings())
                .containsEntry("auth.jwt.jwks_url", "\"https://issuer.example/keys?(secret)\"")
                .containsEntry("auth.jwt.issuer", "\"https://(secret)@issuer.example/\"")
                .containsEntry("server.admin.token", "\"(secret)\"");
    }

    @Test
    void aHashIsOfWhatIsInForceAndTheSameForTheSame() throws IOException {
        assertThat(full().hash()).hasSize(16).isEqualTo(full().hash());
        assertThat(changed("# a comment", "# another comment").hash()).isEqualTo(full().hash());
        Files.delete(folder.resolve("keys.json"));
        assertThat(changed("workers = 3", "workers = 4").hash()).isNotEqualTo(full().hash());
    }

    /** Otherwise whoever knows all else could find a short secret by trying. */
    @ParameterizedTest
    @ValueSource(strings = {"literal-redis-password", "literal-jwt-secret", "literal-admin-token"})
    void aHashTellsNothingOfASecret(String secret) throws IOException {
        assertThat(changed(secret, secret.replace("literal", "changed")).hash()).isEqualTo(full().hash());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workers = 3 | workers = 4 | server.workers (runs 3, file says 4)",
                "port = 444 | port = 445 | server.redirect_to_https (runs [{ address = \"[::1]:8080\", port = 444, proxy_protocol = [\"10.1.0.0/16\"] }], file says [{ address = \"[::1]:8080\", port = 445, proxy_protocol = [\"10.1.0.0/16\"] }])",
                "# concurrency-of-full | concurrency = 7 | limits.full.concurrency (runs nothing, file says 7)",
                "path = \"/full/{shop}\" | path = \"/other/{shop}\" | routes.full.path (runs \"/full/{shop}\", file says \"/other/{shop}\")",
            })
    void aDifferenceIsNamedWithBothValues(String from, String to, String expected) throws IOException {
        EffectiveConfig file = changed(from, to);

        assertThat(ConfigDiff.of(full().settings(), file.settings(), List.of()))
                .extracting(Difference::toString)
                .containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "literal-admin-token, server.admin.token",
        "literal-redis-password, cache.redis.password",
        "literal-sentinel-password, cache.redis.sentinel_password",
        "literal-jwt-secret, auth.jwt.secret",
        "literal-query-key, auth.jwt.jwks_url",
        "literal-webhook-secret-2, routes.queue.verify.secrets",
        "bGl0ZXJhbC1rZXktMi1vZi0yOC1ieXRlcy4uLi4=, queues.full.sign.secret",
        "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752, auth.api_keys.erp.sha256"
    })
    void anotherSecretIsADifferenceAndNeitherIsTold(String secret, String key) throws IOException {
        char first = secret.charAt(0);
        EffectiveConfig file = changed(secret, (first == '6' ? '7' : 'L') + secret.substring(1));

        List<String> others = full().otherSecrets(SALT, file.fingerprints(SALT));

        assertThat(others).containsExactly(key);
        assertThat(ConfigDiff.of(full().settings(), file.settings(), others))
                .extracting(Difference::toString)
                .containsExactly(key + " (runs another secret than the file says)");
    }

    @Test
    void theSameFileHasNoDifference() {
        assertThat(full().otherSecrets(SALT, full().fingerprints(SALT))).isEmpty();
        assertThat(ConfigDiff.of(full().settings(), full().settings(), List.of()))
                .isEmpty();
    }

    @Test
    void theSampleIsShownAsItStands() {
        assertThat(EffectiveConfig.of(read(SAMPLES.resolve("development.toml"))).toml())
                .startsWith("[server]\nlisten = [\"127.0.0.1:8080\"]\nredirect_to_https = []\nworkers = 0\n")
                .contains("\n[server.admin]\nlisten = ", "\n[upstreams.", "\n[[routes]]\nname = ");
    }
}
