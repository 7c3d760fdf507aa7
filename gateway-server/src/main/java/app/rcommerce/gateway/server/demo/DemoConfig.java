package app.rcommerce.gateway.server.demo;

import app.rcommerce.gateway.identity.Digests;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@code gateway demo}, its credentials, and the requests that it suggests. Immutable.
 *
 * @param toml the configuration
 * @param whatToTry the text for the terminal
 */
public record DemoConfig(String toml, String whatToTry) {

    private static final String SECRET = "a demonstration secret, known to everyone";
    private static final String API_KEY = "aB3dEfGh.sEcReTkEy123456789abcdef1234567";

    /**
     * Makes the configuration for these ports.
     *
     * @param redis {@code redis://host:port/db}, or null for memory
     * @throws IllegalArgumentException where {@code redis} is not such a URL, naming it
     */
    public static DemoConfig of(int port, int adminPort, int upstreamPort, @Nullable String redis) {
        String toml = """
                [server]
                listen = ["127.0.0.1:%d"]
                trusted_proxies = ["127.0.0.0/8"]
                access_log = false
                shutdown_grace = "5s"

                [server.admin]
                listen = "127.0.0.1:%d"

                %s
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                issuer = "rcommerce"
                audience = "rcommerce-api"

                [[auth.api_keys]]
                id = "demo"
                sha256 = "%s"
                scopes = ["products:read", "orders:write"]
                limit_multiplier = 2.0

                [limits.flood]
                key = "ip"
                rates = ["3000/minute"]
                [limits.anonymous]
                key = "ip"
                applies_to = "anonymous"
                rates = ["60/minute", "3000/hour"]
                [limits.login]
                key = "ip"
                rates = ["10/minute"]
                [limits.user]
                key = "subject"
                rates = ["500/minute", "25000/hour"]
                [limits.api_key]
                key = "api_key"
                rates = ["1000/minute", "50000/hour"]

                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]

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

                [queues.webhooks]
                retry = { first = "1s", max = "2s" }

                [[routes]]
                name = "webhooks"
                path = "/api/v1/webhooks/{gateway_id}"
                methods = ["POST"]
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                limits = ["flood"]

                [[routes]]
                name = "live-orders"
                path = "/events"
                handler = "events"
                auth = "optional"
                topics = ["order_updates"]

                [[routes]]
                name = "login"
                path = "/api/v1/auth/**"
                upstream = "commerce"
                limits = ["login"]

                [[routes]]
                name = "everything-else"
                path = "/**"
                upstream = "commerce"
                limits = ["flood", "anonymous"]
                """.formatted(port, adminPort, store(redis), SECRET, Digests.sha256Hex(API_KEY), upstreamPort);
        return new DemoConfig(toml, text(port, adminPort, upstreamPort, redis));
    }

    private static String store(@Nullable String redis) {
        if (redis == null) {
            return "[cache]\ncache_type = \"Memory\"\n";
        }
        URI uri;
        try {
            uri = new URI(redis);
        } catch (URISyntaxException e) {
            throw wrong(redis);
        }
        String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
        boolean known = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
        if (!known || uri.getHost() == null || !path.matches("[0-9]{0,3}")) {
            throw wrong(redis);
        }
        String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
        int colon = user.indexOf(':');
        return "[cache]\ncache_type = \"Redis\"\n[cache.redis]\nhost = " + quoted(uri.getHost())
                + "\nport = " + (uri.getPort() < 0 ? 6379 : uri.getPort())
                + "\ndatabase = " + (path.isEmpty() ? "0" : Integer.toString(Integer.parseInt(path)))
                + "\nusername = " + quoted(colon < 0 ? "" : user.substring(0, colon))
                + "\npassword = " + quoted(colon < 0 ? user : user.substring(colon + 1))
                + "\nuse_tls = " + "rediss".equals(uri.getScheme()) + "\n";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "$${") + '"';
    }

    private static IllegalArgumentException wrong(String redis) {
        String shown = redis.replaceFirst("//[^@/]*@", "//…@");
        return new IllegalArgumentException("--redis: \"" + shown + "\" (expected: redis://host:port/db)");
    }

    /** The API key that the demonstration knows. */
    public static String apiKey() {
        return API_KEY;
    }

    /** A token that the demonstration accepts, new each time. */
    public static String token() {
        return token(Duration.ofHours(24));
    }

    /** A token that the demonstration accepts for so long, new each time. */
    @SuppressWarnings("JavaUtilDate") // what the library takes
    public static String token(Duration life) {
        Instant now = Instant.now();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString())
                .subject("0b6f2a4e-5d1c-4b8e-9a57-3f1c2d4e5f60")
                .issuer("rcommerce")
                .audience("rcommerce-api")
                .claim("email", "ada@example.com")
                .claim("token_type", "access")
                .claim("permissions", List.of("products:read", "orders:write"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(life)))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException("the demonstration's token cannot be signed", e);
        }
        return token.serialize();
    }

    private static String text(int port, int adminPort, int upstreamPort, @Nullable String redis) {
        String gateway = "http://127.0.0.1:" + port;
        String admin = "http://127.0.0.1:" + adminPort;
        String token = token();
        String json = "-H 'Content-Type: application/json'";
        return """

                R Commerce Gateway, demonstration

                  gateway     %1$s
                  admin       %2$s
                  sample API  http://127.0.0.1:%3$d
                  store       %4$s

                  sample JWT      %5$s
                  sample API key  %6$s

                Try, in another terminal:

                # 1. A product list: the second answer comes from the cache (see cache-status and age).
                for i in 1 2; do curl -s -D - -o /dev/null %1$s/api/v1/products | grep -iE '^(HTTP|cache-status|age)'; done

                # 2. A limit of 10 a minute: two of twelve log-ins are answered with 429.
                for i in $(seq 12); do curl -s -o /dev/null -w '%%{http_code} ' -X POST %1$s/api/v1/auth/login; done; echo

                # 3. A block: the address is refused with 403 from now on.
                curl -s -X POST %2$s/admin/v1/blocks %7$s -d '{"subject":"ip:203.0.113.9","for":"1h","reason":"scraping"}' && curl -s -w '%%{http_code}\\n' -H 'X-Forwarded-For: 203.0.113.9' %1$s/api/v1/products

                # 4. A forwarded order, by API key: the shop learns who is calling.
                curl -s -X POST %1$s/api/v1/orders -H 'X-API-Key: %6$s' %7$s -d '{"items":[{"product":"prod_1","quantity":2}]}'

                #    Orders appear as they come, by Server-Sent Events and by WebSocket, in every tab of a browser:
                #    %1$s/demo

                # 5. A revoked token: 200 before, 401 after.
                curl -s -o /dev/null -w '%%{http_code}\\n' -H 'Authorization: Bearer %5$s' %1$s/api/v1/orders; curl -s -X POST %2$s/admin/v1/revocations %7$s -d '{"token":"%5$s"}'; curl -s -w '%%{http_code}\\n' -H 'Authorization: Bearer %5$s' %1$s/api/v1/orders

                # 6. The metrics.
                curl -s %2$s/metrics | grep -E '^gateway_(decisions|cache|request_duration_seconds_count)' | grep -v ' 0[.]0$'

                # 7. A webhook while the shop is down: accepted with 202, kept, and forwarded once the shop is back.
                curl -s -X POST %1$s/demo/down; curl -s -w ' %%{http_code}\\n' -X POST %1$s/api/v1/webhooks/stripe %7$s -d '{"id":"evt_1"}'; sleep 2; curl -s %1$s/demo/webhooks; curl -s -X POST %1$s/demo/up; sleep 5; curl -s %1$s/demo/webhooks

                #    What waits, and what was given up: gateway jobs --queue webhooks%8$s

                Ctrl-C stops it.
                """.formatted(
                        gateway,
                        admin,
                        upstreamPort,
                        redis == null ? "memory" : redis.replaceFirst("//[^@/]*@", "//…@"),
                        token,
                        API_KEY,
                        json,
                        adminPort == 9901 ? "" : " --admin " + admin);
    }
}
