package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Login sessions as a platform writes them, at two gateways on one Redis. */
@Tag("redis")
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(strings = {"near", "strict"})
class LoginSessionIT {

    private final String consistency;
    private RedisServer redis;
    private RawUpstream upstream;
    private final List<TestGateway> gateways = new ArrayList<>();

    LoginSessionIT(String consistency) {
        this.consistency = consistency;
    }

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(x -> x.ok(x.head().replace("\r\n", "|")));
        for (int i = 0; i < 2; i++) {
            gateways.add(TestGateway.start(Toml.node(2) + """
                    [cache]
                    cache_type = "Redis"
                    consistency = "%s"
                    near_ttl = "10s"
                    [cache.redis]
                    port = %d
                    deadline = "2s"
                    command_timeout = "2s"
                    [auth.session]
                    cookie = "sid"
                    known_for = "1m"
                    [upstreams.origin]
                    servers = ["http://127.0.0.1:%d"]
                    [[routes]]
                    name = "stripped"
                    path = "/stripped"
                    upstream = "origin"
                    auth = ["session"]
                    strip_credentials = true
                    [[routes]]
                    name = "optional"
                    path = "/optional"
                    upstream = "origin"
                    auth = "optional"
                    [[routes]]
                    name = "all"
                    path = "/**"
                    upstream = "origin"
                    auth = ["session"]
                    scopes = ["orders:read"]
                    """.formatted(consistency, redis.port(), upstream.port())));
        }
        gateways.forEach(Shop::awaitStore);
    }

    @AfterEach
    void stop() throws Exception {
        gateways.forEach(TestGateway::close);
        upstream.close();
        redis.close();
    }

    private String signIn(String user) throws Exception {
        String id = UUID.randomUUID().toString();
        redis.send(
                "SET",
                "session:" + id,
                "{\"user_id\":\"" + user + "\",\"scopes\":[\"orders:read\"],\"created_at\":"
                        + System.currentTimeMillis() / 1000 + "}",
                "EX",
                "600");
        return id;
    }

    private RawClient.Answer get(int gateway, String path, String... fields) throws Exception {
        try (RawClient client = gateways.get(gateway).client()) {
            return client.get(path, fields).read();
        }
    }

    private static String cookie(String id) {
        return "Cookie: theme=dark; sid=" + id + "; lang=de";
    }

    @Test
    void theUserOfASessionIsTheCaller() throws Exception {
        String id = signIn("ana");
        RawClient.Answer answer = get(0, "/x", cookie(id));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().toLowerCase(Locale.ROOT))
                .contains("x-gateway-caller: user:ana|")
                .contains("cookie: theme=dark; sid=" + id + "; lang=de|");
        assertThat(get(0, "/stripped", cookie(id)).body())
                .contains("theme=dark; lang=de|")
                .doesNotContain(id);
        assertThat(get(1, "/x", "Cookie: sid=" + UUID.randomUUID()).body()).contains("SESSION_EXPIRED");
        assertThat(get(1, "/optional", "Cookie: sid=" + UUID.randomUUID()).status())
                .isEqualTo(200);
        assertThat(gateways.getFirst().finished().toString()).doesNotContain(id);
    }

    @Test
    void aSessionThatEndsInRedisEndsEverywhere() throws Exception {
        String id = signIn("ana");
        for (int gateway = 0; gateway < 2; gateway++) {
            assertThat(get(gateway, "/x", cookie(id)).status()).isEqualTo(200);
        }
        redis.send("DEL", "session:" + id);
        for (int gateway = 0; gateway < 2; gateway++) {
            int which = gateway;
            Nodes.soon(() -> assertThat(get(which, "/x", cookie(id)).status()).isEqualTo(401));
        }
    }

    @Test
    void anOperatorEndsSessionsOnEveryNode() throws Exception {
        String one = signIn("ana");
        String two = signIn("ana");
        String other = signIn("ben");
        for (String id : List.of(one, two, other)) {
            assertThat(get(1, "/x", cookie(id)).status()).isEqualTo(200);
        }
        assertThat(Shop.admin(gateways.getFirst(), "GET", "sessions?user=user:ana", ""))
                .contains(new SessionId(one).digest(), new SessionId(two).digest())
                .doesNotContain(one, new SessionId(other).digest());
        Shop.admin(
                gateways.getFirst(), "POST", "sessions/end", "{\"session\":\"" + new SessionId(one).digest() + "\"}");
        Nodes.soon(() -> assertThat(get(1, "/x", cookie(one)).status()).isEqualTo(401));
        assertThat(get(1, "/x", cookie(two)).status()).isEqualTo(200);
        Shop.admin(gateways.getFirst(), "POST", "sessions/end", "{\"user\":\"user:ana\"}");
        Nodes.soon(() -> assertThat(get(1, "/x", cookie(two)).status()).isEqualTo(401));
        assertThat(get(1, "/x", cookie(other)).status()).isEqualTo(200);
    }

    @Test
    void aSessionThatIsUsedLivesOn() throws Exception {
        String id = signIn("ana");
        assertThat(get(0, "/x", cookie(id)).status()).isEqualTo(200);
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat((Long) redis.send("TTL", "session:" + id)).isBetween(3_500L, 3_600L));
        redis.send("EXPIRE", "session:" + id, "600");
        for (int i = 0; i < 20; i++) {
            assertThat(get(0, "/x", cookie(id)).status()).isEqualTo(200);
        }
        assertThat((Long) redis.send("TTL", "session:" + id))
                .as("within a minute")
                .isLessThanOrEqualTo(600L);
    }

    @Test
    void garbageIsNoSession() throws Exception {
        String id = UUID.randomUUID().toString();
        redis.send("SET", "session:" + id, "garbage");
        assertThat(get(0, "/x", cookie(id)).status()).isEqualTo(401);
        String list = UUID.randomUUID().toString();
        redis.send("LPUSH", "session:" + list, "x");
        assertThat(get(0, "/x", cookie(list)).status()).isEqualTo(401);
        assertThat(Shop.admin(gateways.getFirst(), "GET", "sessions", "")).contains("\"sessions\":[]");
    }

    @Test
    void whileRedisIsAwayASessionThatIsKnownLivesOn() throws Exception {
        String id = signIn("ana");
        String unknown = signIn("ben");
        assertThat(get(0, "/x", cookie(id)).status()).isEqualTo(200);
        redis.kill();
        Nodes.soon(() -> assertThat(get(0, "/x", cookie(unknown)).status()).isEqualTo(503));
        assertThat(get(0, "/x", cookie(id)).status()).isEqualTo(200);
        assertThat(get(0, "/optional", cookie(unknown)).status()).isEqualTo(200);
        assertThat(get(1, "/x", cookie(id)).status()).as("another node").isEqualTo(503);
    }
}
