package app.rcommerce.gateway.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.server.metrics.Scrape;
import app.rcommerce.gateway.server.testing.TestTransport;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.token.TokenId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminServerIT {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RunningAdmin admin;

    private record Got(int status, HttpResponse<String> response, JsonNode json) {
        String message() {
            return json.at("/error/message").asString();
        }

        String code() {
            return json.at("/error/code").asString();
        }
    }

    @BeforeEach
    void start() {
        admin = new RunningAdmin(RunningAdmin.TOKEN);
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @AfterAll
    static void closeClient() {
        CLIENT.shutdownNow();
    }

    private Got send(String method, String path, String content, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(content))
                .header("Authorization", "Bearer " + RunningAdmin.TOKEN);
        if (!content.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (fields.length > 0) {
            request.headers(fields);
        }
        return send(request.build());
    }

    private static Got send(HttpRequest request) {
        try {
            HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            boolean json =
                    response.headers().firstValue("content-type").orElse("").equals("application/json");
            JsonNode parsed =
                    json && !response.body().isEmpty() ? JSON.readTree(response.body()) : JSON.createObjectNode();
            return new Got(response.statusCode(), response, parsed);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Got get(String path) {
        return send("GET", path, "");
    }

    private Got post(String path, String content) {
        return send("POST", path, content);
    }

    // Health and metrics

    @Test
    void healthIsOpenToEverybodyAndNamesEachCheck() {
        assertThat(send(HttpRequest.newBuilder(URI.create(admin.url() + "/health/live"))
                                .build())
                        .response()
                        .body())
                .isEqualTo("{\"status\":\"ok\"}");
        Got ready = send(HttpRequest.newBuilder(URI.create(admin.url() + "/health/ready"))
                .build());
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().path("status").asString()).isEqualTo("ready");
        assertThat(ready.json()
                        .path("checks")
                        .valueStream()
                        .map(check -> check.path("name").asString()))
                .containsExactly("listener", "store", "config");
    }

    @Test
    void aStoreThatIsAwayDegradesButDoesNotMakeUnready() {
        admin.storeAway = true;
        Got ready = get("/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().at("/checks/1/status").asString()).isEqualTo("degraded");
        assertThat(ready.json().at("/checks/1/detail").asString()).isEqualTo("reconnecting: connection refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STARTING", "DRAINING"})
    void aGatewayThatStartsOrDrainsIsUnready(String phase) {
        admin.phase = Phase.valueOf(phase);
        Got ready = get("/health/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().path("status").asString()).isEqualTo("unready");
        assertThat(ready.json().at("/checks/0/detail").asString()).isEqualTo(phase.toLowerCase(java.util.Locale.ROOT));
        assertThat(get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void metricsAreSentInTheFormatAskedFor() {
        Got plain = get("/metrics");
        assertThat(plain.response().headers().firstValue("content-type"))
                .contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.response().body()).contains("gateway_build_info{version=\"test\"} 1");
        Got open = send("GET", "/metrics", "", "Accept", "application/openmetrics-text;version=1.0.0");
        assertThat(open.response().headers().firstValue("content-type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.response().body()).endsWith("# EOF\n");
    }

    // Who may

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/admin/v1/status", "/admin/v1/blocks", "/nowhere", "/health"})
    void withoutTheTokenNothingButHealthIsAnswered(String path) {
        for (String field : new String[] {
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong",
            "Basic " + RunningAdmin.TOKEN,
            RunningAdmin.TOKEN,
            "Bearer " + RunningAdmin.TOKEN + "x"
        }) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + path));
            if (!field.isEmpty()) {
                request.header("Authorization", field);
            }
            Got got = send(request.build());
            assertThat(got.status()).isEqualTo(401);
            assertThat(got.code()).isEqualTo("UNAUTHORIZED");
            assertThat(got.response().headers().firstValue("www-authenticate").orElse(""))
                    .startsWith("Bearer");
        }
    }

    @Test
    void withoutATokenWebPagesAreRefused() {
        try (RunningAdmin open = new RunningAdmin(null)) {
            String answer = open.raw("GET /admin/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            for (String fields : new String[] {
                "Host: localhost\r\nOrigin: http://evil.example\r\n",
                "Host: localhost\r\nOrigin: null\r\n",
                "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
                "Host: evil.example:9090\r\n",
                "Host: 127.0.0.1.evil.example\r\n",
                "Host: localhost\r\nHost: evil.example\r\n",
                ""
            }) {
                String refused = open.raw("POST /admin/v1/blocks HTTP/1.1\r\n" + fields + "Connection: close\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 26\r\n\r\n{\"subject\":\"ip:192.0.2.1\"}");
                assertThat(refused).as(fields).startsWith("HTTP/1.1 403 ").contains("FORBIDDEN");
            }
            assertThat(open.stores.blocks().list(10).toCompletableFuture().join())
                    .isEmpty();
        }
    }

    @Test
    void withATokenTheHostDoesNotMatter() {
        assertThat(admin.raw("GET /admin/v1/status HTTP/1.1\r\nHost: gateway.internal\r\nConnection: close\r\n"
                        + "Authorization: Bearer " + RunningAdmin.TOKEN + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aPortForEverybodyNeedsAToken() {
        Transport transport = TestTransport.start(1);
        try {
            var config = new ServerConfig.AdminConfig(new ServerConfig.Listen("0.0.0.0", 0), null);
            assertThatThrownBy(() ->
                            AdminServer.start(transport, config, admin.operations, a -> new Scrape("", ""), () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0.0.0.0:0 (expected: a loopback address");
            var taken = new ServerConfig.AdminConfig(new ServerConfig.Listen("127.0.0.1", admin.port()), null);
            assertThatThrownBy(() ->
                            AdminServer.start(transport, taken, admin.operations, a -> new Scrape("", ""), () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + admin.port() + " for the admin port");
        } finally {
            transport.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""})
    void contentOfAnotherTypeIsRefused(String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + "/admin/v1/purge"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"all\":true}"))
                .header("Authorization", "Bearer " + RunningAdmin.TOKEN);
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        Got got = send(request.build());
        assertThat(got.status()).isEqualTo(415);
        assertThat(got.message()).contains("expected: application/json");
        assertThat(admin.purges).hasValue(0);
    }

    // Framing

    @Test
    void anUnknownPathIs404AndAWrongMethod405WithAllow() {
        Got unknown = get("/admin/v1/nothing");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("NOT_FOUND");
        Got wrong = send("PUT", "/admin/v1/blocks", "");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.response().headers().firstValue("allow")).contains("GET, HEAD, POST, DELETE");
        assertThat(send("POST", "/metrics", "").response().headers().firstValue("allow"))
                .contains("GET, HEAD");
        assertThat(send("OPTIONS", "/admin/v1/blocks", "").status()).isEqualTo(405);
    }

    @Test
    void aHeadHasNoContent() {
        Got head = send("HEAD", "/health/ready", "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.response().body()).isEmpty();
        assertThat(head.response().headers().firstValueAsLong("content-length").orElse(0))
                .isPositive();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        String one = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String other =
                "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + RunningAdmin.TOKEN + "\r\n";
        String answers = admin.raw(one + other + "\r\n" + one + other + "Connection: close\r\n\r\n");
        List<String> lines =
                answers.lines().filter(line -> line.contains("HTTP/1.1 ")).toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).endsWith("200 OK");
        assertThat(lines.get(1)).endsWith("404 Not Found");
        assertThat(lines.get(2)).endsWith("200 OK");
        assertThat(lines.get(3)).endsWith("404 Not Found");
    }

    @Test
    void contentOfMoreThanItsBoundIsRefused() {
        String head = "POST /admin/v1/purge HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + RunningAdmin.TOKEN
                + "\r\n";
        assertThat(admin.raw(head + "Content-Length: 16385\r\n\r\n{"))
                .startsWith("HTTP/1.1 413 ")
                .contains("expected: at most 16384 bytes");
        String piece = "10000\r\n" + "x".repeat(65_536) + "\r\n";
        assertThat(admin.raw(head + "Transfer-Encoding: chunked\r\n\r\n" + piece.repeat(17)))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void whatIsNotHttpIsRefusedAndTheConnectionClosed() {
        assertThat(admin.raw("GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                        + RunningAdmin.TOKEN + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(admin.raw("GARBAGE\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(admin.raw("GET / HTTP/1.1\r\nHost : x\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(admin.raw("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    // Blocks

    @Test
    void oneRangeTooManyIsAConflictThatSaysWhy() {
        for (int i = 0; i < BlockStore.MOST_RANGES; i++) {
            admin.stores
                    .blocks()
                    .block(
                            Objects.requireNonNull(Subject.parse("10." + i / 256 + "." + i % 256 + ".0/24")),
                            Duration.ofHours(1),
                            "");
        }
        Got refused = post("/admin/v1/blocks", "{\"subject\":\"198.51.100.0/24\"}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.message())
                .isEqualTo("block list: 5000 ranges already (expected: at most 5000; addresses and IPv6 "
                        + "networks of 64 bits do not count, larger ranges take the place of many)");
        assertThat(post("/admin/v1/blocks", "{\"subject\":\"2001:db8::/64\"}").status())
                .isEqualTo(200);
    }

    @Test
    void aBlockHoldsAtOnceOnThisNodeUntilItEnds() {
        Identifier ip = Identifier.ip("203.0.113.9");
        assertThat(admin.nearBlocks.contains(ip).toCompletableFuture().join()).isFalse();
        Got blocked =
                post("/admin/v1/blocks", "{\"subject\":\"ip:203.0.113.9\",\"for\":\"1h\",\"reason\":\"scraping\"}");
        assertThat(blocked.status()).isEqualTo(200);
        assertThat(blocked.json().path("remaining_seconds").asLong()).isEqualTo(3600);
        assertThat(blocked.json().path("until").asString()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(admin.nearBlocks.contains(ip).toCompletableFuture().join()).isTrue();
        post("/admin/v1/blocks", "{\"subject\":\"203.0.113.64/26\"}");
        assertThat(admin.nearBlocks.containsAddress(new byte[] {(byte) 203, 0, 113, 65}))
                .isTrue();

        admin.clock.advance(Duration.ofSeconds(90));
        JsonNode list = get("/admin/v1/blocks").json();
        assertThat(list.path("truncated").asBoolean()).isFalse();
        assertThat(list.path("blocks").valueStream().map(JsonNode::toString))
                .containsExactlyInAnyOrder(
                        "{\"subject\":\"ip:198.51.100.7\",\"reason\":\"\",\"source\":\"static\"}",
                        "{\"subject\":\"ip:192.0.2.0/24\",\"reason\":\"\",\"source\":\"static\"}",
                        "{\"subject\":\"ip:203.0.113.9\",\"reason\":\"scraping\",\"source\":\"shared\","
                                + "\"remaining_seconds\":3510,\"until\":\"2026-01-01T01:00:00Z\"}",
                        "{\"subject\":\"ip:203.0.113.64/26\",\"reason\":\"\",\"source\":\"shared\","
                                + "\"remaining_seconds\":3510,\"until\":\"2026-01-01T01:00:00Z\"}");

        Got removed = send("DELETE", "/admin/v1/blocks?subject=ip:203.0.113.9", "");
        assertThat(removed.json().path("removed").asBoolean()).isTrue();
        assertThat(admin.nearBlocks.contains(ip).toCompletableFuture().join()).isFalse();
        assertThat(send("DELETE", "/admin/v1/blocks?subject=ip:203.0.113.9", "")
                        .json()
                        .path("removed")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void whatTheConfigurationBlocksOrAllowsIsSaid() {
        Got stays = send("DELETE", "/admin/v1/blocks?subject=ip%3A192.0.2.0%2F24", "");
        assertThat(stays.status()).isEqualTo(409);
        assertThat(stays.message()).contains("ip:192.0.2.0/24", "configuration");
        assertThat(post("/admin/v1/blocks", "{\"subject\":\"ip:203.0.113.200\"}")
                        .json()
                        .path("note")
                        .asString())
                .contains("allowlist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"subject\":\"203.0.113\"} | subject: \"203.0.113\" (expected: ip:<address or range>",
                "{\"subject\":\"ip:0.0.0.0/0\"} | expected: a range with a prefix of at least 1 bit",
                "{\"subject\":\"ip:::/0\"} | expected: a range with a prefix of at least 1 bit",
                "{\"subject\":7} | subject: a number (expected: a text)",
                "{\"subject\":null} | subject: missing",
                "{} | subject: missing",
                "{\"subject\":\"key:erp\",\"for\":\"5 hours\"} | for: \"5 hours\" (expected: a whole number with ms, s, m, h or d",
                "{\"subject\":\"key:erp\",\"for\":\"0s\"} | from 1s to 3660d",
                "{\"subject\":\"key:erp\",\"for\":\"4000d\"} | from 1s to 3660d",
                "{\"subject\":\"key:erp\",\"for\":60} | for: a number (expected: a text)",
                "{\"subject\":\"key:erp\",\"reason\":\"a\\u0007b\"} | reason: \"a?b\" (expected: at most 200 characters",
                "{\"subject\":\"key:erp\",\"until\":\"1h\"} | content: a member \"until\" (expected: subject, for, reason)",
                "{\"subject\":\"key:erp\" | content: not JSON at line 1",
                "{\"subject\":\"key:erp\",\"subject\":\"key:crm\"} | content: not JSON",
                "{\"subject\":\"key:erp\"}{} | content: not JSON",
                "[] | content: JSON of another kind (expected: a JSON object)",
                "\"key:erp\" | content: JSON of another kind"
            })
    void aBadBlockIsRefusedByName(String content, String message) {
        Got got = post("/admin/v1/blocks", content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(got.message()).contains(message);
        assertThat(admin.stores.blocks().list(10).toCompletableFuture().join()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/admin/v1/blocks | subject: missing",
                "/admin/v1/blocks?subject= | subject: missing",
                "/admin/v1/blocks?subject=nobody | subject: \"nobody\"",
                "/admin/v1/blocks?subject=key:a&subject=key:b | subject: 2 values",
                "/admin/v1/blocks?subject=key:a&force=1 | query: \"force\" (expected: the parameter subject alone)",
                "/admin/v1/limits | identifier: missing",
                "/admin/v1/limits?identifier=10.0.0.0/8 | identifier: \"10.0.0.0/8\" (expected: ip:<address>"
            })
    void aBadQueryIsRefusedByName(String path, String message) {
        Got got = send("DELETE", path, "");
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(message);
    }

    // Revocations

    private static String jwt(String claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(UTF_8)) + ".c2ln";
    }

    private boolean isRevoked(String tokenId) {
        return isRevoked(tokenId, Long.MAX_VALUE);
    }

    private boolean isRevoked(String tokenId, long issuedAtMillis) {
        return admin.nearRevocations
                .isRevoked(tokenId, Identifier.user("42"), issuedAtMillis)
                .toCompletableFuture()
                .join();
    }

    @Test
    void aTokenIsRevokedForWhatIsLeftOfItsLifeAndTheSkew() {
        String token = jwt("{\"sub\":\"42\",\"exp\":1767229200}");
        String id = TokenId.ofUnverified(token);
        assertThat(isRevoked(id)).isFalse();
        Got revoked = post("/admin/v1/revocations", "{\"token\":\"" + token + "\"}");
        assertThat(revoked.json().path("token_id").asString()).isEqualTo(id).startsWith("sha256:");
        assertThat(revoked.json().path("for_seconds").asLong()).isEqualTo(3600 + 30 + 1);
        assertThat(revoked.response().body()).doesNotContain(token);
        assertThat(isRevoked(id)).isTrue();
        assertThat(send("DELETE", "/admin/v1/revocations", "{\"token\":\"" + token + "\"}")
                        .json()
                        .path("restored")
                        .asBoolean())
                .isTrue();
        assertThat(isRevoked(id)).isFalse();
    }

    @Test
    void anIdIsRevokedForAsLongAsIsSaidElseAsLongAsATokenLives() {
        assertThat(post("/admin/v1/revocations", "{\"token\":\"a-jti\"}")
                        .json()
                        .path("for_seconds")
                        .asLong())
                .isEqualTo(2 * 86_400 + 30);
        assertThat(post("/admin/v1/revocations", "{\"token\":\"b-jti\",\"for\":\"2h\"}")
                        .json()
                        .path("for_seconds")
                        .asLong())
                .isEqualTo(7200);
        assertThat(isRevoked("a-jti")).isTrue();
        admin.clock.advance(Duration.ofHours(3));
        assertThat(isRevoked("b-jti")).isFalse();
        assertThat(isRevoked("a-jti")).isTrue();
        assertThat(post("/admin/v1/revocations", "{\"token\":\"" + jwt("{\"jti\":\"c\"}") + "\"}")
                        .json()
                        .path("for_seconds")
                        .asLong())
                .isEqualTo(2 * 86_400 + 30);
    }

    @Test
    void everyTokenOfAUserIsRevokedAtOnce() {
        Got revoked = post("/admin/v1/revocations", "{\"subject\":\"user:42\",\"issued_before\":\"now\"}");
        assertThat(revoked.json().toString())
                .isEqualTo(
                        "{\"subject\":\"user:42\",\"issued_before\":\"2026-01-01T00:00:00Z\",\"for_seconds\":172830}");
        long now = admin.clock.millis();
        assertThat(isRevoked("x", now - 1)).isTrue();
        assertThat(isRevoked("x", now)).isFalse();
        post("/admin/v1/revocations", "{\"subject\":\"user:42\",\"issued_before\":\"2025-12-31T01:00:00+01:00\"}");
        assertThat(isRevoked("x", now - 86_400_001)).isTrue();
        assertThat(isRevoked("x", now - 86_400_000)).isFalse();
        assertThat(send("DELETE", "/admin/v1/revocations", "{\"subject\":\"user:42\"}")
                        .json()
                        .path("restored")
                        .asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | content: neither (expected: one of token and subject)",
                "{\"token\":\"a\",\"subject\":\"user:42\"} | content: both",
                "{\"token\":\"a\",\"issued_before\":\"now\"} | issued_before: \"now\" (expected: none beside token)",
                "{\"subject\":\"ip:203.0.113.9\"} | subject: \"ip:203.0.113.9\" (expected: user:<id>)",
                "{\"subject\":\"user:42\",\"issued_before\":\"yesterday\"} | issued_before: \"yesterday\" (expected: now, or a past time",
                "{\"subject\":\"user:42\",\"issued_before\":\"2027-01-01T00:00:00Z\"} | expected: now, or a past time",
                "{\"token\":\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0Mi\"} | token: 35 characters (expected: a JWT",
                "{\"token\":\"with space\"} | token: 10 characters (expected: a JWT",
                "{\"token\":\"\"} | token: 0 characters",
                "{\"token\":{}} | token: an object (expected: a text)"
            })
    void aBadRevocationIsRefusedAndNoTokenRepeated(String content, String message) {
        Got got = post("/admin/v1/revocations", content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(message).doesNotContain("eyJhb", "with space");
    }

    // Limits

    private void take(String identifier, String limit, int quota, int permits) {
        admin.stores
                .limits()
                .take(
                        Identifier.parse(identifier),
                        List.of(new Meter(limit + "-minute", limit + ":60000", quota, 60_000, true)),
                        permits);
    }

    @Test
    void usageShowsEveryLimitThatCanCountTheIdentifier() {
        take("ip:203.0.113.9", "anonymous", 60, 5);
        JsonNode usage = get("/admin/v1/limits?identifier=ip:203.0.113.9").json();
        assertThat(usage.path("identifier").asString()).isEqualTo("ip:203.0.113.9");
        assertThat(usage.path("windows")
                        .valueStream()
                        .map(w -> w.path("limit").asString() + " "
                                + w.path("window").asString()))
                .containsExactly("flood minute", "anonymous minute", "anonymous hour", "any day");
        JsonNode minute = usage.at("/windows/1");
        assertThat(minute.path("quota").asLong()).isEqualTo(60);
        assertThat(minute.path("used").asLong()).isEqualTo(5);
        assertThat(minute.path("remaining").asLong()).isEqualTo(55);
        assertThat(minute.path("reset_seconds").asLong()).isBetween(1L, 61L);
        assertThat(get("/admin/v1/limits?identifier=user:42")
                        .json()
                        .path("windows")
                        .valueStream()
                        .map(w -> w.path("limit").asString()))
                .containsExactly("user", "any");
        JsonNode key = get("/admin/v1/limits?identifier=key:erp").json().at("/windows/0");
        assertThat(key.path("limit").asString()).isEqualTo("api_key");
        assertThat(key.path("mode").asString()).isEqualTo("shadow");
        assertThat(key.path("quota").asLong()).isEqualTo(2000);
    }

    @Test
    void anIpv6AddressStandsForItsNetworkAndAResetClearsIt() {
        Identifier network = Identifier.ip("2001:db8:1:2::/64");
        admin.stores.limits().take(network, List.of(new Meter("p", "anonymous:60000", 60, 60_000, true)), 7);
        for (String asked : new String[] {"ip:2001:db8:1:2::99", "ip:2001:DB8:1:2::%2F64", "2001:db8:1:2:3:4:5:6"}) {
            JsonNode usage = get("/admin/v1/limits?identifier=" + asked).json();
            assertThat(usage.path("identifier").asString()).isEqualTo("ip:2001:db8:1:2::/64");
            assertThat(usage.at("/windows/1/used").asLong()).isEqualTo(7);
        }
        assertThat(send("DELETE", "/admin/v1/limits?identifier=ip:2001:db8:1:2::1", "")
                        .status())
                .isEqualTo(200);
        assertThat(get("/admin/v1/limits?identifier=ip:2001:db8:1:2::99")
                        .json()
                        .at("/windows/1/used")
                        .asLong())
                .isZero();
    }

    // Purge, routes, status, reload

    @Test
    void aPurgeTellsHowManyAndRunsWhatFollows() {
        assertThat(post("/admin/v1/purge", "{\"path\":\"/api/v1/products/**\"}")
                        .json()
                        .toString())
                .isEqualTo("{\"purged\":0}");
        assertThat(post("/admin/v1/purge", "{\"all\":true}").status()).isEqualTo(200);
        // Before and after each of the two.
        assertThat(admin.purges).hasValue(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | content: neither (expected: one of path and all = true)",
                "{\"all\":false} | content: neither",
                "{\"all\":true,\"path\":\"/a\"} | content: both",
                "{\"all\":\"yes\"} | all: a text (expected: true or false)",
                "{\"path\":\"products\"} | path: \"products\" (expected: a path of literal segments",
                "{\"path\":\"/a/**/b\"} | path: \"/a/**/b\""
            })
    void aBadPurgeIsRefusedByName(String content, String message) {
        Got got = post("/admin/v1/purge", content);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.message()).contains(message);
        assertThat(admin.purges).hasValue(0);
    }

    @Test
    void statusAndRoutesDescribeTheGateway() {
        admin.clock.advance(Duration.ofSeconds(75));
        JsonNode status = get("/admin/v1/status").json();
        assertThat(status.path("uptime_seconds").asLong()).isEqualTo(75);
        assertThat(status.path("phase").asString()).isEqualTo("serving");
        assertThat(status.path("store").toString())
                .isEqualTo(
                        "{\"type\":\"memory\",\"state\":\"connected\",\"detail\":\"\",\"nodes\":2,\"tracking\":\"none\",\"evicted_keys\":0}");
        assertThat(status.path("connections").toString()).isEqualTo("{\"clients\":12,\"upstreams\":{\"commerce\":3}}");
        assertThat(status.at("/config/loaded_at").asString()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(status.path("routes").asInt()).isEqualTo(1);
        JsonNode route = get("/admin/v1/routes").json().at("/routes/0");
        assertThat(route.path("name").asString()).isEqualTo("products");
        assertThat(route.path("path").asString()).isEqualTo("/api/v1/products/**");
        assertThat(route.at("/cache/ttl_seconds").asLong()).isEqualTo(300);
        assertThat(status.toString()).doesNotContain("secret", RunningAdmin.TOKEN);
    }

    @Test
    void aReloadThatIsRefusedNamesEveryProblem() {
        assertThat(post("/admin/v1/reload", "").json().toString()).contains("\"reloaded\":true");
        admin.problems = List.of(
                new ConfigProblem("gateway.toml", 4, 2, "server.workers", "-1", "0 to 1024"),
                new ConfigProblem("gateway.toml", 9, 1, "limits.a.rates", "missing", "a list"));
        Got refused = post("/admin/v1/reload", "{}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("CONFIGURATION_INVALID");
        assertThat(refused.json().at("/error/details/0").asString())
                .isEqualTo("gateway.toml:4:2: server.workers: -1 (expected: 0 to 1024)");
        assertThat(refused.json().at("/error/details").size()).isEqualTo(2);
        assertThat(get("/admin/v1/status").json().at("/config/problems").size()).isEqualTo(2);
        assertThat(get("/health/ready").json().at("/checks/2/status").asString())
                .isEqualTo("degraded");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET | /admin/v1/blocks | ``",
                "POST | /admin/v1/blocks | {\"subject\":\"key:erp\"}",
                "DELETE | /admin/v1/blocks?subject=key:erp | ``",
                "POST | /admin/v1/revocations | {\"token\":\"a\"}",
                "POST | /admin/v1/revocations | {\"subject\":\"user:42\"}",
                "DELETE | /admin/v1/revocations | {\"token\":\"a\"}",
                "GET | /admin/v1/limits?identifier=user:42 | ``",
                "DELETE | /admin/v1/limits?identifier=user:42 | ``",
                "POST | /admin/v1/purge | {\"all\":true}"
            })
    void aStoreThatIsAwayIsNoSuccess(String method, String path, String content) {
        admin.storeAway = true;
        Got got = send(method, path, content);
        assertThat(got.status()).isEqualTo(503);
        assertThat(got.code()).isEqualTo("STORE_UNAVAILABLE");
        assertThat(got.message()).contains("connection refused");
        assertThat(get("/admin/v1/status").json().at("/store/state").asString()).isEqualTo("reconnecting");
    }
}
