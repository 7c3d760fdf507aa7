package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.address;
import static app.rcommerce.gateway.server.testing.Shop.admin;
import static app.rcommerce.gateway.server.testing.Shop.awaitStore;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static app.rcommerce.gateway.server.testing.Shop.withinASecond;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawClient.Answer;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import app.rcommerce.gateway.token.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of limit over sockets: one node on memory, two nodes on a real Redis. */
@Tag("redis")
@ExtendWith(Leaks.class)
@ParameterizedClass
@CsvSource({"Memory,HTTP_1_1", "Redis,HTTP_1_1", "Memory,HTTP_2"})
class LimitKindsIT {

    private static RedisServer redis;
    private static RawUpstream upstream;
    private static TestGateway here;
    /** A second node, where counts are shared; else the same. */
    private static TestGateway there;

    private static final BlockingQueue<RawUpstream.Exchange> WAITING = new LinkedBlockingQueue<>();
    private static volatile CountDownLatch gate = new CountDownLatch(0);

    @Parameter(0)
    String store;

    @Parameter(1)
    ClientProtocol http;

    private final String address = address();
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeParameterizedClassInvocation
    static void start(String store, ClientProtocol http) throws Exception {
        redis = null;
        if (store.equals("Redis")) {
            redis = RedisServers.own();
            redis.start();
        }
        upstream = new RawUpstream(x -> {
            x.content();
            if (x.line().contains("/slow")) {
                WAITING.add(x);
                gate.await();
            }
            if (x.line().contains("/broken")) {
                x.socket().close();
            } else if (x.line().contains("/dear")) {
                String cost = x.line().replaceAll(".*cost=(\\d+).*", "$1");
                x.send("HTTP/1.1 200 OK\r\nX-Cost: " + cost + "\r\nContent-Length: 2\r\n\r\nok");
            } else {
                x.ok("ok");
            }
        });
        here = gateway(http);
        there = redis == null ? here : gateway(http);
    }

    private static TestGateway gateway(ClientProtocol http) throws Exception {
        String store =
                redis == null ? "[cache]\ncache_type = \"Memory\"\n" : Toml.redis(redis.port(), "", Toml.LONG_DEADLINE);
        TestGateway gateway = http.start(Toml.node(2)
                + store
                + Toml.route("tenant", "/tenant/{shop}", "tenant")
                + Toml.route("bucket", "/bucket", "bucket")
                + Toml.route("window", "/window", "window", "dear")
                + Toml.route("shadow", "/shadow", "now", "planned")
                + Toml.route("few", "/few/**", "few")
                + """
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                issuer = "rcommerce"
                audience = "rcommerce-api"
                [limits.tenant]
                key = ["header:X-Tenant", "path:{shop}"]
                rates = ["3/hour"]
                [limits.plan]
                key = "claim:org"
                rates = ["2/hour"]
                when = { claim = "plan=free", methods = ["GET"] }
                [limits.bucket]
                key = "ip"
                algorithm = "token_bucket"
                rates = ["6/hour"]
                burst = 4
                [limits.window]
                key = "ip"
                algorithm = "fixed_window"
                rates = ["5/day"]
                [limits.now]
                key = "ip"
                rates = ["4/hour"]
                [limits.planned]
                key = "ip"
                rates = ["2/hour"]
                mode = "shadow"
                [limits.few]
                key = "ip"
                concurrency = 3
                [limits.dear]
                key = "ip"
                rates = ["20/hour"]
                [upstreams.u]
                servers = ["http://127.0.0.1:%d"]
                timeout = "20s"
                [[routes]]
                name = "plan"
                path = "/plan"
                upstream = "u"
                auth = "optional"
                limits = ["plan"]
                [[routes]]
                name = "cached"
                path = "/cached"
                upstream = "u"
                limits = ["few"]
                cache = { ttl = "1m", shared = true }
                [[routes]]
                name = "dear"
                path = "/dear"
                upstream = "u"
                limits = ["dear"]
                cost = { response_header = "X-Cost", default = 2, max = 50 }
                """.formatted(Tokens.SECRET, upstream.port()));
        awaitStore(gateway);
        return gateway;
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        here.close();
        if (there != here) {
            there.close();
        }
        upstream.close();
        if (redis != null) {
            redis.close();
        }
    }

    @AfterEach
    void disconnect() throws Exception {
        gate.countDown();
        for (RawClient client : clients) {
            client.close();
        }
    }

    private RawClient ask(TestGateway node, String path, String... fields) throws Exception {
        String[] all = new String[fields.length + 1];
        all[0] = from(address);
        System.arraycopy(fields, 0, all, 1, fields.length);
        RawClient client = node.client();
        clients.add(client);
        return client.get(path, all);
    }

    private Answer get(String path, String... fields) throws Exception {
        return ask(here, path, fields).read();
    }

    /** How many of so many requests pass, on both nodes in turn. */
    private int passed(int times, String path, String... fields) throws Exception {
        int passed = 0;
        for (int i = 0; i < times; i++) {
            int status = ask(i % 2 == 0 ? here : there, path, fields).read().status();
            assertThat(status).isIn(200, 429);
            passed += status == 200 ? 1 : 0;
        }
        return passed;
    }

    private static String bearer(String claims) {
        return "Authorization: Bearer " + Tokens.hs256(Shop.claims("42", "," + claims));
    }

    private String usage(String identifier) throws Exception {
        return admin(here, "GET", "limits?identifier=" + identifier, "");
    }

    @Test
    void fieldsAndThePathAreCountedTogether() throws Exception {
        String tenant = "X-Tenant: t" + address;
        assertThat(passed(6, "/tenant/a", tenant)).isEqualTo(3);
        assertThat(passed(6, "/tenant/b", tenant)).isEqualTo(3);
        assertThat(usage("by:header.x-tenant=t" + address + ",path.shop=a"))
                .contains("\"limit\":\"tenant\"", "\"used\":3")
                .doesNotContain("t" + address);
        admin(here, "DELETE", "limits?identifier=by:header.x-tenant=t" + address + ",path.shop=a", "");
        withinASecond(() ->
                assertThat(ask(there, "/tenant/a", tenant).read().status()).isEqualTo(200));
    }

    @Test
    void aClaimIsCountedWhereTheConditionHolds() throws Exception {
        String org = "\"org\":\"o" + address + "\",\"plan\":";
        assertThat(passed(4, "/plan", bearer(org + "\"free\""))).isEqualTo(2);
        assertThat(passed(4, "/plan", bearer(org + "\"pro\""))).isEqualTo(4);
        assertThat(passed(4, "/plan")).isEqualTo(4);
        assertThat(usage("by:claim.org=o" + address)).contains("\"used\":2");
    }

    @Test
    void aBucketHoldsItsBurst() throws Exception {
        assertThat(passed(8, "/bucket")).isEqualTo(4);
        assertThat(Integer.parseInt(get("/bucket").field("retry-after"))).isBetween(500, 600);
        assertThat(usage("ip:" + address)).contains("\"limit\":\"bucket\"");
    }

    @Test
    void aFixedWindowAndASlidingOneHoldTogether() throws Exception {
        assertThat(passed(8, "/window")).isEqualTo(5);
        assertThat(get("/window").field("ratelimit-policy")).contains("\"window-day\";q=5;w=86400");
        assertThat(usage("ip:" + address))
                .contains("\"limit\":\"window\",\"window\":\"day\",\"mode\":\"enforce\",\"quota\":5,\"used\":5");
        admin(here, "DELETE", "limits?identifier=ip:" + address, "");
        withinASecond(() -> assertThat(ask(there, "/window").read().status()).isEqualTo(200));
    }

    @Test
    void aShadowStandsBesideAnEnforcedLimit() throws Exception {
        assertThat(passed(6, "/shadow")).isEqualTo(4);
        assertThat(get("/shadow").field("ratelimit-policy")).isEqualTo("\"now-hour\";q=4;w=3600");
        assertThat(here.gateway().metrics().scrape("text/plain").text())
                .contains("policy=\"limit:planned\"")
                .contains("outcome=\"shadow_refused\"");
    }

    /** So many requests that hang at the upstream, on both nodes in turn. */
    private List<RawClient> hanging(int times, String path) throws Exception {
        gate = new CountDownLatch(1);
        List<RawClient> hanging = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            hanging.add(ask(i % 2 == 0 ? here : there, path));
            assertThat(WAITING.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        return hanging;
    }

    @Test
    void soManyRequestsAreInFlightOverAllNodes() throws Exception {
        List<RawClient> hanging = hanging(3, "/few/slow");
        for (TestGateway node : List.of(here, there)) {
            Answer refused = ask(node, "/few/x").read();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("retry-after")).isEqualTo("1");
            assertThat(refused.body()).contains("CONCURRENCY_LIMIT_EXCEEDED");
        }
        assertThat(usage("ip:" + address))
                .contains("\"limit\":\"few\",\"window\":\"concurrency\",\"mode\":\"enforce\",\"quota\":3,\"used\":3");
        gate.countDown();
        for (RawClient client : hanging) {
            assertThat(client.read().status()).isEqualTo(200);
        }
        for (int i = 0; i < 6; i++) {
            assertThat(ask(i % 2 == 0 ? there : here, "/few/x").read().status()).isEqualTo(200);
        }
        withinASecond(() -> assertThat(usage("ip:" + address))
                .contains("\"limit\":\"few\",\"window\":\"concurrency\",\"mode\":\"enforce\",\"quota\":3,\"used\":0"));
    }

    @Test
    void everyEndFreesThePlace() throws Exception {
        for (int round = 0; round < 3; round++) {
            for (RawClient client : hanging(3, "/few/slow")) {
                client.close();
            }
            withinASecond(() -> assertThat(ask(there, "/few/x").read().status())
                    .as("after clients left")
                    .isEqualTo(200));
            gate.countDown();
        }
        for (int i = 0; i < 5; i++) {
            assertThat(get("/few/broken").status()).isEqualTo(502);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(get("/cached").status()).isEqualTo(200);
        }
        RawClient one = ask(here, "/few/x");
        for (int i = 0; i < 5; i++) {
            assertThat(one.read().status()).isEqualTo(200);
            one.get("/few/x", from(address));
        }
        withinASecond(() -> assertThat(usage("ip:" + address))
                .contains("\"window\":\"concurrency\",\"mode\":\"enforce\",\"quota\":3,\"used\":0"));
    }

    @Test
    void theUpstreamSaysWhatItHasCost() throws Exception {
        Answer first = get("/dear?cost=19");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.field("x-cost")).isNull();
        withinASecond(() -> assertThat(usage("ip:" + address))
                .contains("\"limit\":\"dear\",\"window\":\"hour\",\"mode\":\"enforce\",\"quota\":20,\"used\":19"));
        withinASecond(
                () -> assertThat(ask(there, "/dear?cost=1").read().status()).isEqualTo(429));
    }
}
