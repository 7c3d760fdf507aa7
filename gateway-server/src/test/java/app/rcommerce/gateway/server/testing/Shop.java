package app.rcommerce.gateway.server.testing;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.token.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The shop that the documentation configures, behind gateways on memory or on one Redis, and its operator. */
public final class Shop implements AutoCloseable {

    public static final String KEY = "aB3dEfGh.sEcReTkEy123456789abcdef1234567";
    public static final Duration SECOND = Duration.ofSeconds(1);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    private final RawUpstream upstream;
    private final @Nullable RedisServer redis;
    private final String deadline;

    /** With Redis, which gateways ask for at most the deadline, or without. */
    public Shop(@Nullable RedisServer redis, String deadline) throws IOException {
        this.redis = redis;
        this.deadline = deadline;
        AtomicInteger count = new AtomicInteger();
        this.upstream = new RawUpstream(x -> {
            if (x.line().contains("/broken")) {
                x.socket().close();
            } else if (!x.line().contains("/late")) {
                x.content();
                x.ok("{\"answer\":" + count.incrementAndGet() + "}");
            }
        });
    }

    /** An address that no other test uses. */
    public static String address() {
        int number = ADDRESSES.incrementAndGet();
        return "198.18." + number / 250 + "." + (1 + number % 250);
    }

    /** The field that makes the gateway see the address as the client's. */
    public static String from(String address) {
        return "X-Forwarded-For: " + address;
    }

    /** A good token's claims, with some more. */
    public static String claims(String subject, String more) {
        long now = System.currentTimeMillis() / 1000;
        return "{\"sub\":\"" + subject + "\",\"iss\":\"rcommerce\",\"aud\":\"rcommerce-api\",\"token_type\":\"access\","
                + "\"permissions\":[\"products:read\"],\"iat\":" + (now - 10) + ",\"exp\":" + (now + 3600) + more + "}";
    }

    /** A good token of the subject. */
    public static String token(String subject) {
        return Tokens.hs256(claims(subject, ",\"jti\":\"" + UUID.randomUUID() + "\""));
    }

    public RawUpstream upstream() {
        return upstream;
    }

    /** The sample of the documentation, on free ports, and routes to origins that fail. */
    private String config() {
        String store = redis == null ? "cache_type = \"Memory\"" : """
                cache_type = "Redis"
                [cache.redis]
                host = "127.0.0.1"
                port = %d
                deadline = "%s"
                command_timeout = "2s"
                """.formatted(redis.port(), deadline);
        return """
                [server]
                listen = ["127.0.0.1:0"]
                workers = 2
                trusted_proxies = ["127.0.0.0/8", "10.0.0.0/8"]
                max_request_body = "50MB"
                shutdown_grace = "2s"
                access_log = false
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                enabled = true
                %s
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                issuer = "rcommerce"
                audience = "rcommerce-api"
                clock_skew = "30s"
                token_types = ["access"]
                [[auth.api_keys]]
                id = "erp"
                sha256 = "%s"
                scopes = ["products:read", "orders:write"]
                limit_multiplier = 2.0
                [[access.bans]]
                name = "probing"
                after = "5 404/minute"
                for = "10m"
                [limits.flood]
                key = "ip"
                rates = ["3000/minute"]
                [limits.anonymous]
                key = "ip"
                applies_to = "anonymous"
                rates = ["60/minute", "3000/hour"]
                [limits.user]
                key = "subject"
                rates = ["500/minute", "25000/hour"]
                [limits.api_key]
                key = "api_key"
                rates = ["1000/minute", "50000/hour"]
                mode = "enforce"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                connect_timeout = "2s"
                timeout = "400ms"
                [upstreams.gone]
                servers = ["http://127.0.0.1:1"]
                [[routes]]
                name = "products"
                path = "/api/v1/products/**"
                methods = ["GET", "HEAD"]
                upstream = "commerce"
                auth = "optional"
                scopes = ["products:read"]
                limits = ["flood", "anonymous", "user", "api_key"]
                cache = { ttl = "5m", shared = true }
                [[routes]]
                name = "orders"
                path = "/api/v1/orders/**"
                upstream = "commerce"
                auth = "required"
                scopes = ["orders:write"]
                limits = ["flood", "user", "api_key"]
                idempotency = "24h"
                [[routes]]
                name = "gone"
                path = "/gone"
                upstream = "gone"
                [[routes]]
                name = "everything-else"
                path = "/shop/**"
                upstream = "commerce"
                auth = "none"
                limits = ["flood", "anonymous"]
                [[routes]]
                name = "live"
                path = "/live"
                upstream = "commerce"
                websocket = {}
                """.formatted(store, Tokens.SECRET, Digests.sha256Hex(KEY), upstream.port());
    }

    /** One more node. */
    public TestGateway gateway() throws IOException {
        return gateway(ClientProtocol.HTTP_1_1);
    }

    /** One more node, whose clients speak this. */
    public TestGateway gateway(ClientProtocol http) throws IOException {
        TestGateway gateway = http.start(config());
        awaitStore(gateway);
        return gateway;
    }

    /** Waits until the gateway's store answers. */
    public static void awaitStore(TestGateway gateway) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> admin(gateway, "GET", "status", "").contains("\"connected\""));
    }

    /** What the operator is answered under {@code /admin/v1/}; 200 is expected. */
    public static String admin(TestGateway gateway, String method, String path, String json) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.gateway().adminAddress().getPort() + "/admin/v1/" + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(
                        method,
                        json.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(json));
        if (!json.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** Checks that the assertion comes to hold within a second. */
    public static void withinASecond(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(SECOND)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    @Override
    public void close() throws IOException {
        upstream.close();
    }
}
