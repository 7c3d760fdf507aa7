package app.rcommerce.gateway.check;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCheckTest {

    private static final String JWT = """
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "a development secret of at least 32 characters"
            """;
    private static final String KEYS = """
            [[auth.api_keys]]
            id = "erp"
            sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
            """;
    private static final String LIMITS = """
            [limits.flood]
            key = "ip"
            rates = ["100/minute"]
            [limits.anonymous]
            key = "ip"
            applies_to = "anonymous"
            rates = ["60/minute"]
            [limits.member]
            key = "ip"
            applies_to = "authenticated"
            rates = ["60/minute"]
            [limits.user]
            key = "subject"
            rates = ["60/minute"]
            [limits.key]
            key = "api_key"
            rates = ["60/minute"]
            [limits.either]
            key = "identity"
            rates = ["60/minute"]
            [limits.free]
            key = "ip"
            rates = ["60/minute"]
            when = { claim = "plan=free" }
            [limits.orders]
            key = "ip"
            rates = ["60/minute"]
            when = { methods = ["POST"], path = "/orders/**" }
            """;
    private static final String ALL_USED = """
            [[routes]]
            name = "all"
            path = "/all"
            upstream = "u"
            auth = "optional"
            limits = ["flood", "anonymous", "member", "user", "key", "either", "free"]
            [[routes]]
            name = "orders"
            path = "/orders/{id}"
            upstream = "u"
            limits = ["orders"]
            """;
    private static final String UPSTREAM = """
            [upstreams.u]
            servers = ["http://127.0.0.1:8081"]
            """;

    private static final long HEAP = 256L << 20;

    @TempDir
    Path folder;

    private ConfigCheck check(String toml, Map<String, String> variables) {
        try {
            Path file = Files.writeString(folder.resolve("gateway.toml"), toml);
            return ConfigCheck.of(loaded(file, variables), variables::get, Instant.now(), HEAP);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static GatewayConfig loaded(Path file, Map<String, String> variables) {
        return switch (ConfigReader.read(file, variables::get)) {
            case Result.Loaded loaded -> loaded.config();
            case Result.Rejected rejected -> throw new AssertionError(rejected.problems());
        };
    }

    /** The warnings without the name of the folder. */
    private List<String> warnings(String toml) {
        return check(toml, Map.of()).warnings().stream()
                .map(warning -> warning.toString().replace(folder + "/", ""))
                .toList();
    }

    /** The warnings of a route with these lines, without their places. */
    private List<String> ofRoute(String auth, String limits, String more) {
        String toml = JWT + KEYS + LIMITS + UPSTREAM + ALL_USED + """
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                auth = %s
                limits = [%s]
                %s
                """.formatted(auth, limits, more);
        return check(toml, Map.of()).warnings().stream()
                .map(warning -> warning.path() + ": " + warning.text())
                .toList();
    }

    @Test
    void whatIsMeantIsNotWarnedOf() {
        assertThat(warnings(JWT + KEYS + LIMITS + UPSTREAM + ALL_USED)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth = 'none' | true",
                "auth = 'optional' | true",
                "auth = 'required' | false",
                "limits = ['flood'] | false",
                "verify = { scheme = 'github', secrets = ['s'] } | false"
            })
    void aQueueThatAnybodyCanFillIsWarnedOf(String line, boolean warned) {
        List<String> all = warnings(JWT + KEYS + LIMITS + UPSTREAM + ALL_USED + """
                [queues.q]
                [[routes]]
                name = "hooks"
                path = "/hooks"
                handler = "queue"
                queue = "q"
                upstream = "u"
                %s
                """.formatted(line.replace('\'', '"')));

        String text = "routes.hooks.handler: anybody can fill the queue: a credential is not required, and there is"
                + " neither verify nor a limit";
        assertThat(all).hasSize(warned ? 1 : 0).allMatch(warning -> warning.endsWith(": warning: " + text));
    }

    @Test
    void aWarningNamesItsPlace() {
        assertThat(warnings(UPSTREAM + LIMITS.substring(0, LIMITS.indexOf("[limits.anonymous]")) + """
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                """))
                .containsExactly("gateway.toml:3:1: warning: limits.flood: no route names it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"none\"|user|it counts callers with a token or with an API key and a token, those of this route come"
                        + " without a credential",
                "\"none\"|key|it counts callers with an API key or with an API key and a token, those of this route come"
                        + " without a credential",
                "\"none\"|member|it counts callers with an API key or with a token or with an API key and a token,"
                        + " those of this route come without a credential",
                "\"none\"|free|it counts callers with a token or with an API key and a token, those of this route come"
                        + " without a credential",
                "\"required\"|anonymous|it counts callers without a credential, those of this route come with an API key"
                        + " or with a token or with an API key and a token",
                "[\"jwt\"]|anonymous|it counts callers without a credential, those of this route come with a token or"
                        + " with an API key and a token",
                "\"none\"|orders|it counts /orders/**, this route has /r",
            })
    void aLimitThatCanNeverCountIsWarnedOf(String auth, String limit, String why) {
        assertThat(ofRoute(auth, "\"flood\", \"" + limit + "\"", ""))
                .containsExactly("routes.r.limits[1]: \"" + limit + "\" can never count here: " + why);
    }

    @Test
    void aLimitByCredentialsThatNothingVerifiesIsWarnedOf() {
        String route = """
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                auth = "optional"
                limits = ["flood", "%s"]
                """;
        String limits = UPSTREAM + LIMITS.substring(0, LIMITS.indexOf("[limits.anonymous]"));
        assertThat(warnings(JWT + limits + "[limits.key]\nkey = \"api_key\"\nrates = [\"5/minute\"]\n"
                        + route.formatted("key")))
                .singleElement()
                .asString()
                .endsWith(
                        "\"key\" can never count here: it counts callers with an API key or with an API key and a token,"
                                + " and there are no [[auth.api_keys]]");
        assertThat(warnings(KEYS + limits + "[limits.user]\nkey = \"subject\"\nrates = [\"5/minute\"]\n"
                        + route.formatted("user")))
                .singleElement()
                .asString()
                .endsWith(
                        "\"user\" can never count here: it counts callers with a token or with an API key and a token,"
                                + " and there is no [auth.jwt]");
    }

    @Test
    void aLimitForOtherMethodsIsWarnedOf() {
        String orders = ALL_USED.replace("path = \"/orders/{id}\"", "path = \"/orders/{id}\"\nmethods = [\"GET\"]");
        assertThat(check(JWT + KEYS + LIMITS + UPSTREAM + orders, Map.of()).warnings())
                .extracting(ConfigWarning::text)
                .containsExactly("\"orders\" can never count here: it counts POST, this route takes GET, HEAD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"optional\"|\"user\"|without a credential or with an API key",
                "\"optional\"|\"anonymous\", \"user\"|with an API key",
                "\"optional\"|\"anonymous\", \"key\"|with a token",
                "\"optional\"|\"anonymous\"|with an API key or with a token",
                "\"required\"|\"user\"|with an API key",
                "[\"jwt\", \"api_key\"]|\"user\"|with an API key",
            })
    void callersThatNoLimitCountsAreWarnedOf(String auth, String limits, String missed) {
        assertThat(ofRoute(auth, limits, "")).containsExactly("routes.r.limits: none of them counts callers " + missed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"optional\"|\"flood\"",
                "\"optional\"|\"either\"",
                "\"optional\"|\"anonymous\", \"user\", \"key\"",
                "\"optional\"|\"anonymous\", \"member\"",
                "[\"jwt\"]|\"user\"",
                "[\"api_key\"]|\"key\"",
                "\"none\"|\"anonymous\"",
                "\"required\"|",
            })
    void whereEveryCallerIsCountedOrNoneOnPurposeNobodyIsWarned(String auth, String limits) {
        assertThat(ofRoute(auth, limits == null ? "" : limits, "")).isEmpty();
    }

    @Test
    void kindsThatNobodyCanPresentAreNotMissed() {
        String toml = JWT + UPSTREAM + LIMITS.substring(0, LIMITS.indexOf("[limits.key]")) + """
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                auth = "optional"
                limits = ["anonymous", "user"]
                [[routes]]
                name = "s"
                path = "/s"
                upstream = "u"
                auth = "required"
                limits = ["flood", "member"]
                """;
        assertThat(warnings(toml)).isEmpty();
    }

    @Test
    void repeatsOnARouteWithoutTheirMethodsAreWarnedOf() {
        String methods = "idempotency = \"24h\"\nmethods = [%s]";
        assertThat(ofRoute("\"optional\"", "\"flood\"", methods.formatted("\"PUT\", \"GET\"")))
                .containsExactly(
                        "routes.r.idempotency: no request has a part in it: it is for POST and PATCH, this route"
                                + " takes GET, PUT");
        assertThat(ofRoute("\"optional\"", "\"flood\"", methods.formatted("\"PATCH\", \"GET\"")))
                .isEmpty();
        assertThat(ofRoute("\"optional\"", "\"flood\"", "idempotency = \"24h\""))
                .isEmpty();
    }

    @Test
    void aReplyThatAllShareBehindRequiredCredentialsIsWarnedOf() {
        String shared = "cache = { ttl = \"1m\", shared = true }";
        assertThat(ofRoute("\"required\"", "\"flood\"", shared))
                .singleElement()
                .asString()
                .startsWith("routes.r.cache.shared: every caller must present a credential");
        assertThat(ofRoute("[\"jwt\"]", "\"flood\"", shared)).hasSize(1);
        assertThat(ofRoute("\"optional\"", "\"flood\"", shared)).isEmpty();
        assertThat(ofRoute("\"required\"", "\"flood\"", "cache = { ttl = \"1m\" }"))
                .isEmpty();
    }

    @Test
    void whatNoRouteNamesIsWarnedOf() {
        assertThat(warnings(UPSTREAM + """
                [upstreams.other]
                servers = ["http://127.0.0.1:8081"]
                [limits.a]
                key = "ip"
                rates = ["5/minute"]
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                """))
                .containsExactly(
                        "gateway.toml:3:1: warning: upstreams.other: no route names it",
                        "gateway.toml:5:1: warning: limits.a: no route names it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'100/minute', '60/hour'|1",
                "'60/hour', '100/minute'|0",
                "'60/minute', '60/hour'|1",
            })
    void anHourThatGrantsNoMoreThanAMinuteIsWarnedOf(String rates, int index) {
        List<String> found = warnings(UPSTREAM + """
                [limits.a]
                key = "ip"
                rates = [%s]
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                limits = ["a"]
                """.formatted(rates.replace('\'', '"')));
        assertThat(found)
                .singleElement()
                .asString()
                .startsWith("gateway.toml:5:")
                .contains("limits.a.rates[" + index + "]: \"60/hour\" grants no more than ")
                .endsWith("/minute\", which therefore never refuses");
    }

    @Test
    void aLongerWindowThatGrantsMoreIsNotWarnedOf() {
        assertThat(warnings(JWT
                        + KEYS
                        + UPSTREAM
                        + LIMITS.replace("[\"60/minute\"]", "[\"60/minute\", \"61/hour\"]")
                        + ALL_USED))
                .isEmpty();
    }

    @Test
    void secretsThatNothingNeedsYetAreWarnedOf() {
        String toml = UPSTREAM + """
                [cache.redis]
                password = "${REDIS_PASSWORD}"
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                """;
        assertThat(warnings(toml))
                .containsExactly(
                        "gateway.toml:4:1: warning: cache.redis.password: the environment variable REDIS_PASSWORD"
                                + " is not set; nothing needs it with cache_type = \"Memory\", but with \"Redis\" this file does"
                                + " not check");
        assertThat(check(toml, Map.of("REDIS_PASSWORD", "hunter2")).warnings()).isEmpty();
        assertThat(warnings(toml.replace("${REDIS_PASSWORD}", "${REDIS_PASSWORD:-}")))
                .isEmpty();
        assertThat(warnings(toml.replace("${REDIS_PASSWORD}", "$${REDIS_PASSWORD}")))
                .isEmpty();
    }

    @Test
    void contentThatTheHeapHasNoRoomForIsWarnedOf() {
        String toml = """
                [upstreams.u]
                servers = ["http://127.0.0.1"]
                [queues.webhooks]
                [[routes]]
                name = "hooks"
                path = "/hooks"
                handler = "queue"
                queue = "webhooks"
                upstream = "u"
                auth = "required"
                max_request_body = "%s"
                [[routes]]
                name = "orders"
                path = "/orders"
                upstream = "u"
                idempotency = { max_request = "%s" }
                [[auth.api_keys]]
                id = "till"
                sha256 = "%s"
                """;
        String key = "0".repeat(64);
        assertThat(warnings(toml.formatted("16MB", "16MB", key))).isEmpty();
        assertThat(warningsOfHeap((256L << 20) - 1))
                .containsExactly(
                        "gateway.toml:11:1: warning: routes.hooks.max_request_body: 16777216 bytes, but this heap has room for"
                                + " 16777215 of all such content together: larger requests get 503 (expected: less, or a"
                                + " larger GATEWAY_HEAP)",
                        "gateway.toml:16:17: warning: routes.orders.idempotency.max_request: 16777216 bytes, but this heap has"
                                + " room for 16777215 of all such content together: larger requests get 503 (expected: less,"
                                + " or a larger GATEWAY_HEAP)");
    }

    @Test
    void cachesThatTheHeapHasNoRoomForAreWarnedOfWhereTheyAreWritten() {
        long heap = 96L << 20;
        assertThat(ofHeap("", heap)).isEmpty();
        // A tenth is the heap's own: it is less than what was asked for.
        assertThat(ofHeap("[cache]\nnear_size = \"13MB\"\nmemory_size = \"26MB\"\n", heap))
                .isEmpty();
        assertThat(ofHeap("[cache]\nnear_size = \"32MB\"\nmemory_size = \"64MB\"\n", heap))
                .containsExactly(
                        "gateway.toml:2:1: warning: cache.near_size: 33554432 bytes are more than this heap allows: 12582912"
                                + " are taken (expected: less, or a larger GATEWAY_HEAP)",
                        "gateway.toml:3:1: warning: cache.memory_size: 67108864 bytes are more than this heap allows: 25165824"
                                + " are taken (expected: less, or a larger GATEWAY_HEAP)");
    }

    private List<String> ofHeap(String cache, long heap) {
        warnings(cache + """
                [upstreams.u]
                servers = ["http://127.0.0.1"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "u"
                """);
        return warningsOfHeap(heap);
    }

    /** The warnings about the configuration written last, with a heap of so many bytes. */
    private List<String> warningsOfHeap(long bytes) {
        GatewayConfig config = loaded(folder.resolve("gateway.toml"), Map.of());
        return ConfigCheck.of(config, name -> null, Instant.now(), bytes).warnings().stream()
                .map(warning -> warning.toString().replace(folder + "/", ""))
                .toList();
    }

    @Test
    void hostsThatAreNamedAreListedWithTheirPlaces() {
        String toml = """
                [cache]
                cache_type = "Redis"
                [cache.redis]
                %s
                [auth.jwt]
                algorithms = ["EdDSA"]
                jwks_url = "https://issuer.example:8443/keys"
                [upstreams.u]
                servers = ["http://a.example:8081", "http://127.0.0.1", "http://[::1]:80"]
                [[routes]]
                name = "r"
                path = "/r"
                upstream = "u"
                """;
        assertThat(hosts(toml.formatted("host = \"redis.example\"")))
                .containsExactly(
                        "redis.example: cache.redis.host at 4:1",
                        "issuer.example: auth.jwt.jwks_url at 7:1",
                        "a.example: upstreams.u.servers[0] at 9:12");
        assertThat(hosts(toml.formatted("sentinel_nodes = [\"redis://s.example\"]\nsentinel_service = \"m\"")))
                .contains("s.example: cache.redis.sentinel_nodes[0] at 4:19")
                .noneMatch(host -> host.contains("cache.redis.host"));
        assertThat(hosts(toml.formatted("cluster = { enabled = true, nodes = [\"n.example:7000\", \"[::1]\"] }")))
                .contains("n.example: cache.redis.cluster.nodes[0] at 4:38")
                .hasSize(3);
    }

    private List<String> hosts(String toml) {
        return check(toml, Map.of()).hosts().stream()
                .map(host -> {
                    ConfigWarning warning = host.ifUnknown();
                    assertThat(warning.text()).isEqualTo("the host \"" + host.name() + "\" does not resolve here");
                    return host.name() + ": " + warning.path() + " at "
                            + warning.position().line() + ":"
                            + warning.position().column();
                })
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"gateway.toml", "development.toml", "production.toml"})
    void theSamplesHoldNothingThatIsHardlyMeant(String name) {
        Map<String, String> variables = Map.of(
                "REDIS_PASSWORD", "hunter2",
                "JWT_SECRET", "0123456789abcdef0123456789abcdef",
                "GATEWAY_ADMIN_TOKEN", "a-token-of-many-characters");
        assertThat(ConfigCheck.of(loaded(Path.of("../config", name), variables), variables::get, Instant.now(), HEAP)
                        .warnings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-06-01T00:00:00Z | ",
                "2300-01-01T00:00:00Z | the certificate in \"tls/shop.pem\" has ended at ",
                "2020-01-01T00:00:00Z | the certificate in \"tls/shop.pem\" is not valid before ",
                "-1 | the certificate in \"tls/shop.pem\" ends at ",
            })
    void aCertificateThatClientsWillNotTakeIsNamed(String when, @Nullable String said) {
        GatewayConfig config = loaded(Path.of("src/test/resources/config/good/full.toml"), Map.of());
        Instant end =
                config.server().tls().certificates().getFirst().certified().end();
        Instant now = when.equals("-1")
                ? end.minusSeconds(3600)
                : Instant.parse(when).plusSeconds(when.startsWith("2026") ? 180L * 86_400 : 0);

        List<String> warnings = ConfigCheck.of(config, name -> null, now, HEAP).warnings().stream()
                .map(ConfigWarning::toString)
                .filter(text -> text.contains("server.tls"))
                .toList();

        if (said == null) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains(".toml:")
                    .contains("server.tls.certificates[0].cert: " + said);
        }
    }
}
