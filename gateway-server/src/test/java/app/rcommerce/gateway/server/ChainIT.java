package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.KEY;
import static app.rcommerce.gateway.server.testing.Shop.address;
import static app.rcommerce.gateway.server.testing.Shop.admin;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static app.rcommerce.gateway.server.testing.Shop.token;
import static app.rcommerce.gateway.server.testing.Shop.withinASecond;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawClient.Answer;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.token.Tokens;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that a client sees and an operator does, over sockets, on memory and on a real Redis. */
@Tag("redis")
@ExtendWith(Leaks.class)
@ParameterizedClass
@CsvSource({"Memory,HTTP_1_1", "Redis,HTTP_1_1", "Memory,HTTP_2"})
class ChainIT {

    private static RedisServer redis;
    private static Shop shop;
    private static TestGateway gateway;

    @Parameter(0)
    String store;

    @Parameter(1)
    ClientProtocol http;

    private final String address = address();
    private RawClient client;

    @BeforeParameterizedClassInvocation
    static void start(String store, ClientProtocol http) throws Exception {
        redis = null;
        if (store.equals("Redis")) {
            redis = RedisServers.own();
            redis.start();
        }
        shop = new Shop(redis, "2s");
        gateway = shop.gateway(http);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        gateway.close();
        shop.close();
        if (redis != null) {
            redis.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        client = gateway.client();
    }

    @AfterEach
    void disconnect() throws Exception {
        client.close();
    }

    private Answer get(String path, String... fields) throws Exception {
        String[] all = new String[fields.length + 1];
        all[0] = from(address);
        System.arraycopy(fields, 0, all, 1, fields.length);
        return client.get(path, all).read();
    }

    private Answer exhausted() throws Exception {
        for (int i = 0; i < 60; i++) {
            assertThat(get("/api/v1/products").status()).isEqualTo(200);
        }
        return get("/api/v1/products");
    }

    private static void denied(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("content-type")).isEqualTo("application/json");
        assertThat(answer.body())
                .matches("\\{\"error\":\\{\"code\":\"" + code + "\",\"message\":\"[^\"]+\",(\"retry_after\":\\d+,)?"
                        + "\"request_id\":\"" + answer.field("x-request-id") + "\"}}");
    }

    @Test
    void everyAnswerTellsHowNearTheLimitIs() throws Exception {
        Answer answer = get("/api/v1/products");
        long now = System.currentTimeMillis() / 1000;
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("x-ratelimit-limit")).isEqualTo("60");
        assertThat(answer.field("x-ratelimit-remaining")).isEqualTo("59");
        assertThat(Long.parseLong(answer.field("x-ratelimit-reset"))).isBetween(now + 55, now + 62);
        assertThat(answer.field("x-ratelimit-policy")).isEqualTo("60;w=60");
        assertThat(answer.field("ratelimit-policy"))
                .isEqualTo(
                        "\"flood-minute\";q=3000;w=60, \"anonymous-minute\";q=60;w=60, \"anonymous-hour\";q=3000;w=3600");
        assertThat(answer.field("ratelimit")).isEqualTo("\"anonymous-minute\";r=59;t=60");
        assertThat(answer.field("x-request-id")).isNotEmpty();
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeBack() throws Exception {
        Answer answer = exhausted();
        denied(answer, 429, "RATE_LIMIT_EXCEEDED");
        String seconds = answer.field("retry-after");
        assertThat(Integer.parseInt(seconds)).isBetween(50, 61);
        assertThat(answer.body())
                .contains("Please retry after " + seconds + " seconds.", "\"retry_after\":" + seconds + ",");
        assertThat(answer.field("x-ratelimit-limit")).isEqualTo("60");
        assertThat(answer.field("x-ratelimit-remaining")).isEqualTo("0");
        assertThat(answer.field("x-ratelimit-policy")).isEqualTo("60;w=60");
        assertThat(answer.field("ratelimit")).isEqualTo("\"anonymous-minute\";r=0;t=" + seconds);
        Answer problem = get("/api/v1/products", "Accept: application/problem+json");
        assertThat(problem.field("content-type")).isEqualTo("application/problem+json");
        assertThat(problem.body())
                .startsWith("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\",")
                .contains("\"status\":429,", "\"violated-policies\":[\"anonymous-minute\"]", "\"request_id\":\"");
        admin(gateway, "DELETE", "limits?identifier=ip:" + address, "");
        assertThat(get("/api/v1/products").status()).as("after a reset").isEqualTo(200);
    }

    @Test
    void theOperatorSeesWhatIsCounted() throws Exception {
        get("/api/v1/products");
        get("/api/v1/products");
        // A permit that was leased and not used goes back within moments.
        withinASecond(() -> assertThat(admin(gateway, "GET", "limits?identifier=ip:" + address, ""))
                .contains("\"limit\":\"anonymous\"")
                .contains("\"used\":2")
                .contains("\"remaining\":58"));
    }

    @Test
    void whoPresentsNothingOrNonsenseIsToldWhich() throws Exception {
        Answer none = get("/api/v1/orders");
        denied(none, 401, "UNAUTHORIZED");
        assertThat(none.field("www-authenticate")).isEqualTo("Bearer realm=\"rcommerce\"");
        Answer malformed = get("/api/v1/orders", "Authorization: Basic dTpw");
        denied(malformed, 401, "CREDENTIAL_MALFORMED");
        assertThat(malformed.field("www-authenticate")).contains("error=\"invalid_request\"");
        Answer unknown = get("/api/v1/orders", "X-API-Key: aB3dEfGh.unknown");
        denied(unknown, 401, "API_KEY_INVALID");
        assertThat(unknown.field("www-authenticate")).contains("error=\"invalid_token\"");
        Answer missing = get("/api/v1/orders", "Authorization: Bearer " + token("42"));
        denied(missing, 403, "FORBIDDEN");
        assertThat(missing.field("www-authenticate")).contains("error=\"insufficient_scope\", scope=\"orders:write\"");
    }

    @Test
    void whatIsNotThereAndWhatMayNotBeDone() throws Exception {
        denied(get("/nothing"), 404, "NOT_FOUND");
        Answer method = client.send("POST /api/v1/products HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                .read();
        denied(method, 405, "METHOD_NOT_ALLOWED");
        assertThat(method.field("allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @CsvSource({
        "/gone, 502, UPSTREAM_UNREACHABLE",
        "/shop/broken, 502, UPSTREAM_ERROR",
        "/shop/late, 504, UPSTREAM_TIMEOUT"
    })
    void anOriginThatFails(String path, int status, String code) throws Exception {
        denied(get(path), status, code);
    }

    @Test
    void aMalformedRequestEndsItsConnection() throws Exception {
        http.onlyInHttp11("a stream is reset");
        denied(client.send("GET / HTTP/1.1\r\n\r\n").read(), 400, "BAD_REQUEST");
        assertThat(client.isEnded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer ", "Authorization: ", "X-API-Key: "})
    void aKeyIsTakenInThreeWaysAndTheOriginLearnsWhoCalls(String field) throws Exception {
        Answer answer =
                get("/api/v1/orders/" + address, field + KEY, "X-Gateway-Caller: user:root", "X-Request-Id: mine-1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("x-request-id")).isEqualTo("mine-1");
        assertThat(answer.field("ratelimit-policy")).contains("\"api_key-minute\";q=2000;w=60");
        String head = shop.upstream().heads().getLast();
        assertThat(head.toLowerCase(java.util.Locale.ROOT))
                .contains("x-gateway-caller: key:erp\r\n", "x-request-id: mine-1\r\n", "x-real-ip: " + address + "\r\n")
                .doesNotContain("user:root");
    }

    @Test
    void aTokensSubjectIsToldToTheOrigin() throws Exception {
        get("/api/v1/products/" + address, "Authorization: Bearer " + token("42"));
        assertThat(shop.upstream().heads().getLast().toLowerCase(java.util.Locale.ROOT))
                .contains("x-gateway-caller: user:42\r\n");
    }

    @Test
    void aSharedReplyIsServedToAllAndPurged() throws Exception {
        String path = "/api/v1/products/" + UUID.randomUUID();
        Answer first = get(path);
        assertThat(first.field("cache-status")).isEqualTo("rcommerce-gateway; fwd=uri-miss; stored");
        withinASecond(() -> {
            Answer second = get(path, "Authorization: Bearer " + token("42"));
            assertThat(second.field("cache-status")).matches("rcommerce-gateway; hit; ttl=(300|299)");
            assertThat(second.field("age")).matches("[01]");
            assertThat(second.body()).isEqualTo(first.body());
        });
        // None where it is still on its way into the store, which refuses it then.
        assertThat(admin(gateway, "POST", "purge", "{\"path\":\"" + path + "\"}"))
                .containsPattern("\"purged\":[01]\\D");
        assertThat(get(path).body()).isNotEqualTo(first.body());
    }

    @Test
    void aBlockHoldsWithinASecondAndSoDoesItsEnd() throws Exception {
        assertThat(get("/shop/x").status()).isEqualTo(200);
        admin(gateway, "POST", "blocks", "{\"subject\":\"ip:" + address + "\",\"for\":\"1h\",\"reason\":\"scraping\"}");
        withinASecond(() -> denied(get("/shop/x"), 403, "BLOCKED"));
        assertThat(admin(gateway, "GET", "blocks", "")).contains(address, "scraping");
        admin(gateway, "DELETE", "blocks?subject=ip:" + address, "");
        withinASecond(() -> assertThat(get("/shop/x").status()).isEqualTo(200));
    }

    @Test
    void aRangeIsBlockedWithinASecond() throws Exception {
        String wide = "ip:100.64." + address.replaceAll(".*\\.", "") + ".0/24";
        String inside = wide.substring(3).replace(".0/24", ".77");
        admin(gateway, "POST", "blocks", "{\"subject\":\"" + wide + "\",\"for\":\"1h\"}");
        withinASecond(() -> denied(client.get("/shop/x", from(inside)).read(), 403, "BLOCKED"));
        admin(gateway, "DELETE", "blocks?subject=" + wide, "");
        withinASecond(() ->
                assertThat(client.get("/shop/x", from(inside)).read().status()).isEqualTo(200));
    }

    @Test
    void aBlockedUserIsRefusedFromAnyAddress() throws Exception {
        String user = "user-" + address;
        String token = "Authorization: Bearer " + token(user);
        assertThat(get("/api/v1/products", token).status()).isEqualTo(200);
        admin(gateway, "POST", "blocks", "{\"subject\":\"user:" + user + "\",\"for\":\"1h\"}");
        withinASecond(() -> denied(get("/api/v1/products", token), 403, "BLOCKED"));
    }

    @Test
    void aTokenIsRevokedAndRestoredWithinASecond() throws Exception {
        String token = token("42");
        String field = "Authorization: Bearer " + token;
        assertThat(get("/api/v1/products", field).status()).isEqualTo(200);
        admin(gateway, "POST", "revocations", "{\"token\":\"" + token + "\"}");
        withinASecond(() -> {
            Answer revoked = get("/api/v1/products", field);
            denied(revoked, 401, "TOKEN_REVOKED");
            assertThat(revoked.field("www-authenticate"))
                    .isEqualTo("Bearer realm=\"rcommerce\", error=\"invalid_token\","
                            + " error_description=\"The token has been revoked.\"");
        });
        assertThat(get("/api/v1/products", "Authorization: Bearer " + token("42"))
                        .status())
                .isEqualTo(200);
        admin(gateway, "DELETE", "revocations", "{\"token\":\"" + token + "\"}");
        withinASecond(() -> assertThat(get("/api/v1/products", field).status()).isEqualTo(200));
    }

    @Test
    void everyTokenOfAUserIsRevokedAtOnce() throws Exception {
        String user = "all-" + address;
        String field = "Authorization: Bearer " + token(user);
        assertThat(get("/api/v1/products", field).status()).isEqualTo(200);
        admin(gateway, "POST", "revocations", "{\"subject\":\"user:" + user + "\"}");
        withinASecond(() -> denied(get("/api/v1/products", field), 401, "TOKEN_REVOKED"));
    }

    @Test
    void aTokenThatIsExpiredOrMeantForOthersIsRefused() throws Exception {
        String claims = Shop.claims("42", "");
        String expired = Tokens.hs256(claims.replaceFirst("\"exp\":\\d+", "\"exp\":1700000000"));
        Answer answer = get("/api/v1/products", "Authorization: Bearer " + expired);
        denied(answer, 401, "TOKEN_EXPIRED");
        assertThat(answer.field("www-authenticate"))
                .contains("error=\"invalid_token\", error_description=\"The token has expired.\"");
        for (String bad : new String[] {
            claims.replace("rcommerce-api", "other"),
            claims.replace("\"access\"", "\"refresh\""),
            claims.replace("\"rcommerce\"", "\"x\"")
        }) {
            denied(get("/api/v1/products", "Authorization: Bearer " + Tokens.hs256(bad)), 401, "TOKEN_INVALID");
        }
    }
}
