package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.KEY;
import static app.rcommerce.gateway.server.testing.Shop.address;
import static app.rcommerce.gateway.server.testing.Shop.admin;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static app.rcommerce.gateway.server.testing.Shop.token;
import static app.rcommerce.gateway.server.testing.Shop.withinASecond;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.cli.GatewayCommand;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawClient.Answer;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.token.Tokens;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

/** Two nodes that share one Redis with each other and with those who write to it by themselves. */
@Tag("redis")
@ExtendWith(Leaks.class)
class SharedRedisIT {

    private static RedisServer redis;
    private static Shop shop;
    private static TestGateway here;
    private static TestGateway there;

    private final String address = address();

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        shop = new Shop(redis, "2s");
        here = shop.gateway();
        there = shop.gateway();
    }

    @AfterAll
    static void stop() throws Exception {
        here.close();
        there.close();
        shop.close();
        redis.close();
    }

    private static Answer get(TestGateway gateway, String address, String path, String... fields) throws Exception {
        String[] all = new String[fields.length + 1];
        all[0] = from(address);
        System.arraycopy(fields, 0, all, 1, fields.length);
        try (RawClient client = gateway.client()) {
            return client.get(path, all).read();
        }
    }

    private void isAnswered(TestGateway gateway, int status, String... fields) {
        withinASecond(() -> assertThat(
                        get(gateway, address, "/api/v1/products", fields).status())
                .isEqualTo(status));
    }

    @Test
    void aBlockOnOneNodeHoldsOnTheOtherWithinASecond() throws Exception {
        isAnswered(there, 200);
        admin(here, "POST", "blocks", "{\"subject\":\"ip:" + address + "\",\"for\":\"1h\"}");
        isAnswered(there, 403);
        admin(here, "DELETE", "blocks?subject=ip:" + address, "");
        isAnswered(there, 200);
        String range = address.replaceAll("\\.\\d+$", ".0/24");
        admin(here, "POST", "blocks", "{\"subject\":\"ip:" + range + "\",\"for\":\"1h\"}");
        isAnswered(there, 403);
        admin(here, "DELETE", "blocks?subject=ip:" + range, "");
        isAnswered(there, 200);
    }

    @Test
    void aRevocationOnOneNodeHoldsOnTheOtherWithinASecond() throws Exception {
        String token = token("42");
        String field = "Authorization: Bearer " + token;
        isAnswered(there, 200, field);
        admin(here, "POST", "revocations", "{\"token\":\"" + token + "\"}");
        isAnswered(there, 401, field);
        admin(here, "DELETE", "revocations", "{\"token\":\"" + token + "\"}");
        isAnswered(there, 200, field);
    }

    @Test
    void aReplyStoredByOneNodeIsServedAndPurgedByTheOther() throws Exception {
        String path = "/api/v1/products/" + UUID.randomUUID();
        String body = get(here, address, path).body();
        // A miss of the other node's, before the reply has been stored, would store another one.
        withinASecond(() -> assertThat(get(there, address, path, "Cache-Control: only-if-cached")
                        .body())
                .isEqualTo(body));
        admin(there, "POST", "purge", "{\"path\":\"/api/v1/products/**\"}");
        assertThat(get(here, address, path).body()).isNotEqualTo(body);
    }

    @Test
    void aTokenIsRevokedByWhoeverWritesItsKey() throws Exception {
        String id = UUID.randomUUID().toString();
        String field = "Authorization: Bearer " + Tokens.hs256(Shop.claims("42", ",\"jti\":\"" + id + "\""));
        isAnswered(here, 200, field);
        redis.send("SET", "token:blacklist:" + id, "1", "EX", 60);
        isAnswered(here, 401, field);
        isAnswered(there, 401, field);
        redis.send("DEL", "token:blacklist:" + id);
        isAnswered(here, 200, field);
    }

    @Test
    void anAddressIsBlockedByWhoeverWritesItsKey() throws Exception {
        isAnswered(here, 200);
        redis.send("SET", "rcommerce:blocklist:ip:" + address, "1", "EX", 60);
        isAnswered(here, 403);
        assertThat(admin(there, "GET", "blocks", "")).contains("ip:" + address);
        redis.send("DEL", "rcommerce:blocklist:ip:" + address);
        isAnswered(here, 200);
    }

    @Test
    void theNodesTogetherNeverAdmitMoreThanTheQuota() throws Exception {
        List<Future<Integer>> admitted = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                TestGateway node = i % 2 == 0 ? here : there;
                admitted.add(callers.submit(() -> {
                    int good = 0;
                    try (RawClient client = node.client()) {
                        for (int n = 0; n < 25; n++) {
                            int status = client.get("/api/v1/products", from(address))
                                    .read()
                                    .status();
                            assertThat(status).isIn(200, 429);
                            good += status == 200 ? 1 : 0;
                        }
                    }
                    return good;
                }));
            }
        }
        int sum = 0;
        for (Future<Integer> one : admitted) {
            sum += one.get();
        }
        // A node may hold a permit or two that the other would have used.
        assertThat(sum).isBetween(56, 60);
        admin(here, "DELETE", "limits?identifier=ip:" + address, "");
        withinASecond(() -> assertThat(get(there, address, "/api/v1/products").status())
                .as("after a reset on the other node")
                .isEqualTo(200));
    }

    private static String why(TestGateway gateway, String requestId) {
        StringWriter out = new StringWriter();
        CommandLine command = GatewayCommand.line(List.of());
        command.setOut(new PrintWriter(out));
        String admin = "http://127.0.0.1:" + gateway.gateway().adminAddress().getPort();
        assertThat(command.execute("why", requestId, "--admin", admin)).isZero();
        return out.toString();
    }

    @Test
    void whyARequestWasRefusedAnyNodeTells() throws Exception {
        Answer refused = null;
        for (int i = 0; i < 70; i++) {
            refused = get(here, address, "/api/v1/products");
        }
        assertThat(refused.status()).isEqualTo(429);
        String id = refused.field("x-request-id");
        assertThat(why(there, id))
                .contains("request   " + id)
                .contains("on node ")
                .contains("asked     GET ")
                .contains("/api/v1/products (route products)")
                .contains("by        " + address)
                .contains("answered  429 RATE_LIMIT_EXCEEDED")
                .contains("because   limit anonymous, window minute, of ip:" + address
                        + ": 0 of 60 left, counted by what" + " the store had said before (leased)")
                .contains("until     20");
        assertThat(why(here, id)).isEqualTo(why(there, id));
        admin(here, "POST", "blocks", "{\"subject\":\"ip:" + address + "\",\"for\":\"1h\",\"reason\":\"scraping\"}");
        Answer blocked = get(here, address, "/api/v1/products");
        assertThat(why(there, blocked.field("x-request-id")))
                .contains("because   an entry of the block list (ip:" + address + "): scraping");
        String forged = token("42").replaceAll(".{6}$", "AAAAAA");
        Answer bad = get(there, address(), "/api/v1/products", "Authorization: Bearer " + forged);
        assertThat(why(here, bad.field("x-request-id"))).contains("because   the token: signature");
        Answer late = get(there, address(), "/shop/late");
        assertThat(late.status()).isEqualTo(504);
        assertThat(why(here, late.field("x-request-id")))
                .contains("failure   upstream_timeout")
                .contains("upstream  127.0.0.1:" + shop.upstream().port());
    }

    @Test
    void garbageUnderACacheKeyIsAMiss() throws Exception {
        for (Object[] garbage : new Object[][] {
            {"SET", "garbage"}, {"SET", ""}, {"SET", "\u0001\u0000\u0000"}, {"LPUSH", "x"}, {"SETRANGE", 5000, "x"}
        }) {
            String path = "/api/v1/products/" + UUID.randomUUID();
            get(here, address, path);
            withinASecond(() ->
                    assertThat(get(here, address, path).field("cache-status")).contains("; hit;"));
            for (Object key : (List<?>) redis.send("KEYS", "api:cache:*")) {
                List<Object> command = new ArrayList<>(List.of(garbage));
                command.add(1, key);
                redis.send("DEL", key);
                redis.send(command.toArray());
            }
            // Until the node hears of the change, its own copy is served.
            withinASecond(() -> {
                Answer answer = get(here, address, path);
                assertThat(answer.status()).as(List.of(garbage).toString()).isEqualTo(200);
                assertThat(answer.field("cache-status")).startsWith("rcommerce-gateway; fwd=uri-miss");
            });
            withinASecond(() ->
                    assertThat(get(here, address, path).field("cache-status")).contains("; hit;"));
        }
    }

    @Test
    void garbageUnderTheOtherKeysHurtsNobody() throws Exception {
        redis.send("SET", "rate:limit:{ip:" + address + "}", "garbage");
        assertThat(get(here, address, "/api/v1/products").status()).isEqualTo(200);
        redis.send("SET", "token:cutoff:user:garbage-1", "garbage");
        String field = "Authorization: Bearer " + token("garbage-1");
        assertThat(get(here, address, "/api/v1/products", field).status()).isEqualTo(200);
        redis.send("DEL", "token:cutoff:user:garbage-1");
    }

    @Test
    void whatComesFromOutsideNeverShapesAKey() throws Exception {
        for (String credential : List.of(
                "a:b.c",
                "{}.x",
                "{a}.{b}",
                "a.b*",
                "a.b\\n",
                "a.b%0a",
                "a.b%0d%0aSET%20x",
                "x}y{.z",
                "a.b\u007f",
                "rate:limit:{ip:1}.x",
                KEY + ":x")) {
            for (String field : List.of("X-API-Key: ", "Authorization: ", "Authorization: Bearer ")) {
                assertThat(get(here, address, "/api/v1/products", field + credential)
                                .status())
                        .isIn(400, 401);
            }
        }
        for (String odd : List.of("a:b", "x\\ny", "{}", "}{", "*", "a b", "\\u0000", "\\r\\nSET x 1", "\\u00e9", "")) {
            String claims = Shop.claims(odd, ",\"jti\":\"" + odd + "\"");
            String token = Tokens.hs256(claims);
            int status = get(here, address, "/api/v1/products", "Authorization: Bearer " + token)
                    .status();
            assertThat(status).as(odd).isIn(200, 401);
            if (status == 200) {
                admin(here, "POST", "revocations", "{\"token\":\"" + token + "\"}");
                isAnswered(here, 401, "Authorization: Bearer " + token);
            }
        }
        get(here, address, "/api/v1/products/%7B%7D%0A");
        get(here, address, "/api/v1/products/%7Bx%7D:*?[a]", "Host: evil");
        List<?> keys = (List<?>) redis.send("KEYS", "*");
        assertThat(keys)
                .isNotEmpty()
                .allSatisfy(
                        key -> assertThat((String) key)
                                .hasSizeLessThan(100)
                                .matches(
                                        "rate:limit:\\{(ip:[0-9a-f.:/]+|key:erp|user:([A-Za-z0-9_.@+-]{1,64}|sha256:[0-9a-f]{64}))}"
                                                + "|rcommerce:blocklist:ip:[0-9.]+|rcommerce:blocklist_ranges|rcommerce:gateway:nodes"
                                                + "|token:(blacklist|cutoff):([A-Za-z0-9_.@+:-]{1,64}|sha256:[0-9a-f]{64})|api:cache:[0-9a-f]{64}"));
    }
}
