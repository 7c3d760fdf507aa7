package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Nodes.soon;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.CacheConfig.Consistency;
import app.rcommerce.gateway.server.gateway.Gateway;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.token.Tokens;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a reload changes, it changes as a whole; what waits for a restart, waits as a whole. */
@Tag("redis")
@ExtendWith(Leaks.class)
class ReloadIT {

    @TempDir
    private Path folder;

    private Path config(String name, int upstream, String cache, String auth) throws IOException {
        return Files.writeString(folder.resolve(name), """
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                access_log = false
                shutdown_grace = "1s"
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                %s
                %s
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                auth = "optional"
                cache = { ttl = "5m", shared = true }
                """.formatted(cache, auth, upstream));
    }

    private static String redis(String more, RedisServer redis) {
        return more + "\ncache_type = \"Redis\"\nnear_ttl = \"10s\"\n[cache.redis]\ndeadline = \"500ms\"\nport = "
                + redis.port();
    }

    private static String get(TestGateway gateway, String path) throws IOException {
        try (RawClient client = gateway.client()) {
            return client.get(path).read().field("cache-status");
        }
    }

    private static void awaitTracking(TestGateway gateway) {
        soon(() -> assertThat(Shop.admin(gateway, "GET", "status", "")).contains("\"tracking\":\"active"));
    }

    @Test
    void aCacheThatIsTurnedOnHearsOfChangesAndOneThatIsOffTellsOfThem() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                    TestGateway one = TestGateway.start(
                            config("one.toml", upstream.port(), redis("enabled = false", redis), ""));
                    TestGateway other = TestGateway.start(
                            config("other.toml", upstream.port(), redis("enabled = false", redis), ""))) {
                assertThat(get(one, "/a")).isNull();
                config("one.toml", upstream.port(), redis("enabled = true", redis), "");
                one.gateway().reloadFiles();
                awaitTracking(one);
                soon(() -> assertThat(get(one, "/a")).contains("; hit;"));
                for (int i = 0; i < 20; i++) {
                    assertThat(get(one, "/a")).as("soon from the near copy").contains("; hit;");
                }

                try (RawClient client = other.client()) {
                    client.send("DELETE /a HTTP/1.1\r\nHost: shop.test\r\n\r\n");
                    assertThat(client.read().status()).isEqualTo(200);
                }
                soon(() -> assertThat(get(one, "/a")).contains("fwd=uri-miss"));
            }
        }
    }

    @Test
    void whatWaitsForARestartIsInForceAsAWholeUntilThen() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                    TestGateway one = TestGateway.start(config("one.toml", upstream.port(), redis("", redis), ""))) {
                config("one.toml", upstream.port(), redis("consistency = \"strict\"\nnodes_at_least = 3", redis), "");
                one.gateway().reloadFiles();
                assertThat(one.gateway().config().cache().consistency()).isEqualTo(Consistency.NEAR);
                assertThat(one.gateway().config().cache().nodes().atLeast()).isEqualTo(3);

                config("one.toml", upstream.port(), "cache_type = \"Memory\"", "");
                one.gateway().reloadFiles();
                assertThat(Shop.admin(one, "GET", "status", "")).contains("\"type\":\"redis\"");
                assertThat(get(one, "/b")).contains("fwd=uri-miss");
            }
        }
    }

    @Test
    void whatWaitsForARestartIsNamedOnceWithBothValues() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Gateway.class.getPackageName() + ".Snapshots");
        lines.start();
        logger.addAppender(lines);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                TestGateway one = TestGateway.start(config("one.toml", upstream.port(), "", ""))) {
            for (String cache : new String[] {
                "near_ttl = \"1s\"", "near_ttl = \"1s\"\nenabled = false", "near_ttl = \"2s\"", "", "near_ttl = \"2s\""
            }) {
                config("one.toml", upstream.port(), cache, "");
                one.gateway().reloadFiles();
            }
            assertThat(Shop.admin(one, "GET", "status", ""))
                    .contains("\"pending_restart\":[\"cache.near_ttl (runs 500ms, file says 2s)\"]");
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            "pending restart: cache.near_ttl (runs 500ms, file says 1s)",
                            "pending restart: cache.near_ttl (runs 500ms, file says 2s)",
                            "pending restart: nothing any more, the files say what the process runs with",
                            "pending restart: cache.near_ttl (runs 500ms, file says 2s)");
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void theHashIsThatOfWhatIsInForce() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                TestGateway one = TestGateway.start(config("one.toml", upstream.port(), "", ""));
                TestGateway other = TestGateway.start(config("other.toml", upstream.port(), "", ""))) {
            String before = hash(one);
            assertThat(hash(other)).as("of a node with the same settings").isEqualTo(before);

            config("one.toml", upstream.port(), "enabled = false", "");
            one.gateway().reloadFiles();
            String after = hash(one);
            assertThat(after).isNotEqualTo(before);
            assertThat(one.gateway().metrics().scrape("").text())
                    .contains("gateway_config_info{hash=\"" + after + "\"} 1")
                    .doesNotContain(before);

            config("one.toml", upstream.port(), "", "");
            one.gateway().reloadFiles();
            assertThat(hash(one)).isEqualTo(before);
        }
    }

    private static String hash(TestGateway gateway) throws Exception {
        String status = Shop.admin(gateway, "GET", "status", "");
        return status.replaceFirst("(?s).*\"hash\":\"([0-9a-f]{16})\".*", "$1");
    }

    private static String jwks(KeyPair pair) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k1\",\"n\":\"" + unsigned(key.getModulus()) + "\",\"e\":\""
                + unsigned(key.getPublicExponent()) + "\"}]}";
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return Tokens.base64(java.util.Arrays.copyOfRange(bytes, bytes[0] == 0 ? 1 : 0, bytes.length));
    }

    @Test
    void tokensPassAfterAReloadWhileTheIssuerIsAway() throws Exception {
        KeyPair pair = Tokens.rsa(2048);
        String token = "Authorization: Bearer "
                + Tokens.sign("RS256", pair.getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"k1\"}", Shop.claims("42", ""));
        RawUpstream issuer = new RawUpstream(x -> x.ok(jwks(pair)));
        String auth = "[auth.jwt]\nalgorithms = [\"RS256\"]\njwks_url = \"http://127.0.0.1:" + issuer.port() + "/\"\n";
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                TestGateway gateway =
                        TestGateway.start(config("gateway.toml", upstream.port(), "enabled = false", auth));
                RawClient client = gateway.client()) {
            soon(() -> assertThat(client.get("/", token).read().status()).isEqualTo(200));
            issuer.close();

            config("gateway.toml", upstream.port(), "enabled = false", auth + "clock_skew = \"5s\"\n");
            gateway.gateway().reloadFiles();

            assertThat(gateway.gateway().config().auth().jwt().clockSkew()).isEqualTo(java.time.Duration.ofSeconds(5));
            assertThat(client.get("/", token).read().status()).isEqualTo(200);
        }
    }
}
