package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes.Token;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.token.Tokens;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The first requests after a start are decided with the store, where there is one; unknown callers would pass. */
@Tag("redis")
@ExtendWith(Leaks.class)
class StartupIT {

    private static final String BLOCKED = "X-Forwarded-For: 198.51.100.1";
    private static final String IN_RANGE = "X-Forwarded-For: 198.51.102.7";

    private final Token revoked = Token.fresh("ana");
    private RedisServer redis;
    private RawUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(x -> x.ok("ok"));
        redis = RedisServers.own();
        redis.start();
        redis.send("SET", "rcommerce:blocklist:ip:198.51.100.1", "1");
        redis.send("SET", "rcommerce:blocklist:user:ben", "1");
        redis.send("HSET", "rcommerce:blocklist_ranges", "198.51.102.0/24", "{\"until\":" + Long.MAX_VALUE / 2 + "}");
        redis.send("SET", "token:blacklist:" + revoked.id(), "1");
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        upstream.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String config(int port, int adminPort, String more) {
        return """
                [server]
                listen = ["127.0.0.1:%d"]
                workers = 4
                trusted_proxies = ["127.0.0.0/8"]
                access_log = false
                [server.admin]
                listen = "127.0.0.1:%d"
                [cache]
                cache_type = "Redis"
                [cache.redis]
                port = %d
                deadline = "500ms"
                %s
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                [limits.few]
                key = "ip"
                rates = ["3/hour"]
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "few"
                path = "/few"
                upstream = "origin"
                limits = ["few"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                auth = "optional"
                """.formatted(port, adminPort, redis.port(), more, Tokens.SECRET, upstream.port());
    }

    private static int get(int port, String path, String... fields) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.get(path, fields).read().status();
        }
    }

    private static int ready(int adminPort) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + adminPort + "/health/ready");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void theFirstRequestAfterEachStartIsRefusedWhereItMustBe() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (TestGateway gateway = TestGateway.start(config(0, 0, ""))) {
                assertThat(get(gateway.port(), "/x", BLOCKED)).isEqualTo(403);
                assertThat(get(gateway.port(), "/x", IN_RANGE)).isEqualTo(403);
                assertThat(get(gateway.port(), "/x", revoked.field())).isEqualTo(401);
                assertThat(get(gateway.port(), "/x", Token.fresh("ben").field()))
                        .isEqualTo(403);
                assertThat(get(gateway.port(), "/few"))
                        .as("3 an hour, over all starts")
                        .isEqualTo(i < 3 ? 200 : 429);
            }
        }
    }

    @Test
    void nobodyIsServedAndTheNodeIsNotReadyBeforeTheStoreHasAnswered() throws Exception {
        redis.suspend();
        int port = freePort();
        int adminPort = freePort();
        CompletableFuture<TestGateway> starting = CompletableFuture.supplyAsync(() -> {
            try {
                return TestGateway.start(config(port, adminPort, "startup_wait = \"1m\""));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        Awaitility.await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> ready(adminPort) == 503);
        assertThatThrownBy(() -> get(port, "/x", BLOCKED)).isInstanceOf(ConnectException.class);
        assertThat(starting).isNotDone();
        redis.resume();
        try (TestGateway gateway = starting.join()) {
            assertThat(get(port, "/x", BLOCKED)).isEqualTo(403);
            assertThat(get(port, "/x", revoked.field())).isEqualTo(401);
            assertThat(ready(adminPort)).isEqualTo(200);
            assertThat(gateway.port()).isEqualTo(port);
        }
    }

    @Test
    void aStoreThatStaysAwayIsWaitedForNoLongerThanIsConfigured() throws Exception {
        redis.kill();
        for (String wait : new String[] {"300ms", "0s"}) {
            try (TestGateway gateway = TestGateway.start(config(0, 0, "startup_wait = \"" + wait + "\""))) {
                assertThat(get(gateway.port(), "/x", BLOCKED))
                        .as("as on_store_failure says")
                        .isEqualTo(200);
            }
        }
    }
}
