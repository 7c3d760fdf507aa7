package app.rcommerce.gateway.config.table;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFilesTest {

    private static final Path SAMPLES = Path.of("../config");
    /** The file that the documentation promises to work, with an empty routes.toml beside it. */
    private static final Path CONTRACT = Path.of("src/test/resources/config/good/gateway.toml");

    @TempDir
    Path folder;

    @Test
    void theContractWorksAsItStands() {
        GatewayConfig config = loaded(CONTRACT, Map.of());

        assertThat(config.files()).hasSize(2);
        assertThat(config.server().trustedProxies())
                .extracting(Object::toString)
                .containsExactly("127.0.0.0/8", "10.0.0.0/8");
        assertThat(config.server().admin().token()).isNull();
        assertThat(config.auth().jwt().secret().value()).isEqualTo("a development secret of at least 32 characters");
        assertThat(config.auth().apiKeys().getFirst().limitMultiplier()).isEqualTo(2.0);
        assertThat(config.limits().keySet()).containsExactly("flood", "anonymous", "user", "api_key");
        assertThat(config.routes()).extracting(Route::name).containsExactly("products", "everything-else");
        assertThat(config.routes().getFirst().cache())
                .isEqualTo(new Handler.CacheRule(Duration.ofMinutes(5), true, 1 << 20));
        assertThat(config.routes().getFirst().limits()).containsExactly("flood", "anonymous", "user", "api_key");
    }

    @Test
    void theContractWorksWithItsRoutesInAnotherFile() throws IOException {
        String text = Files.readString(CONTRACT);
        int limits = text.indexOf("[limits.flood]");
        Path main = Files.writeString(folder.resolve("gateway.toml"), text.substring(0, limits));
        Files.writeString(folder.resolve("routes.toml"), text.substring(limits));

        GatewayConfig divided = loaded(main, Map.of("JWT_SECRET", "another secret of at least 32 characters"));

        GatewayConfig whole = loaded(CONTRACT, Map.of());
        assertThat(divided.limits()).isEqualTo(whole.limits());
        assertThat(divided.upstreams()).isEqualTo(whole.upstreams());
        assertThat(divided.routes()).usingRecursiveComparison().isEqualTo(whole.routes());
        assertThat(divided.auth().jwt().secret().value()).startsWith("another");
    }

    @Test
    void theReferenceStatesTheDefaults() throws IOException {
        GatewayConfig reference = loaded(SAMPLES.resolve("gateway.toml"), Map.of());
        Path minimal = Files.writeString(folder.resolve("minimal.toml"), """
                [cache]
                cache_type = "Redis"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:8081"]
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "a development secret of at least 32 characters"
                issuer = "rcommerce"
                audience = "rcommerce-api"
                [[routes]]
                name = "r"
                path = "/**"
                upstream = "commerce"
                """);
        GatewayConfig defaults = loaded(minimal, Map.of());
        Path withRedis = Files.writeString(
                folder.resolve("reference.toml"),
                Files.readString(SAMPLES.resolve("gateway.toml"))
                        .replace("cache_type = \"Memory\"", "cache_type = \"Redis\""));
        Files.copy(SAMPLES.resolve("routes.toml"), folder.resolve("routes.toml"));

        assertThat(reference.server()).isEqualTo(defaults.server());
        assertThat(reference.auth()).isEqualTo(defaults.auth());
        assertThat(reference.access()).isEqualTo(defaults.access());
        assertThat(reference.upstreams().get("commerce"))
                .isEqualTo(defaults.upstreams().get("commerce"));
        assertThat(loaded(withRedis, Map.of()).cache()).isEqualTo(defaults.cache());
    }

    @Test
    void theDevelopmentSampleNeedsNothing() {
        assertThat(loaded(SAMPLES.resolve("development.toml"), Map.of()).routes())
                .hasSize(2);
    }

    @Test
    void theProductionSampleNeedsItsSecrets() {
        Path file = SAMPLES.resolve("production.toml");

        GatewayConfig config = loaded(
                file,
                Map.of(
                        "REDIS_PASSWORD", "hunter2",
                        "JWT_SECRET", "0123456789abcdef0123456789abcdef",
                        "GATEWAY_ADMIN_TOKEN", "a-token-of-many-characters"));
        Result without = ConfigReader.read(file, variable -> null);

        assertThat(config.cache().redis().useTls()).isTrue();
        assertThat(config.toString()).doesNotContain("hunter2", "0123456789", "a-token");
        assertThat(((Result.Rejected) without).problems())
                .extracting(ConfigProblem::expected)
                .containsExactly(
                        "the environment variable GATEWAY_ADMIN_TOKEN to be set",
                        "the environment variable REDIS_PASSWORD to be set",
                        "the environment variable JWT_SECRET to be set");
    }

    private static GatewayConfig loaded(Path file, Map<String, String> variables) {
        Result result = ConfigReader.read(file, variables::get);
        assertThat(result).isInstanceOf(Result.Loaded.class);
        return ((Result.Loaded) result).config();
    }
}
