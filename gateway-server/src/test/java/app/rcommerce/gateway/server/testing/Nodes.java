package app.rcommerce.gateway.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.token.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Gateways without limits on one Redis, which refuse whoever they cannot be sure of. Answers are remembered for ten
 * seconds where nobody tells of changes: what is seen to change sooner was told.
 */
public final class Nodes implements AutoCloseable {

    /** How soon a change is seen where it is told: the bound on what is believed, and some time to look. */
    public static final Duration SOON = Duration.ofSeconds(3);

    private final RawUpstream upstream;
    private final List<TestGateway> gateways = new ArrayList<>();

    /** A token, and the id under which it is revoked. */
    public record Token(String id, String subject, String field) {
        public static Token fresh(String subject) {
            String id = UUID.randomUUID().toString();
            return new Token(
                    id,
                    subject,
                    "Authorization: Bearer " + Tokens.hs256(Shop.claims(subject, ",\"jti\":\"" + id + "\"")));
        }
    }

    /**
     * So many gateways.
     *
     * @param cache more of {@code [cache]}
     * @param redis {@code [cache.redis]} without its header, with tables below it
     */
    public Nodes(int count, RawUpstream.Script origin, String cache, String redis) throws IOException {
        this(count, origin, cache, redis, "deny");
    }

    /** The same, with what becomes of callers of whom the block list cannot be asked. */
    public Nodes(int count, RawUpstream.Script origin, String cache, String redis, String unknown) throws IOException {
        upstream = new RawUpstream(origin);
        for (int i = 0; i < count; i++) {
            gateways.add(TestGateway.start(config(cache, redis, unknown)));
        }
        gateways.forEach(Shop::awaitStore);
    }

    /** So many gateways on a single Redis, once changes are told. */
    public static Nodes tracking(int count, int redisPort) throws IOException {
        AtomicInteger answers = new AtomicInteger();
        Nodes nodes = new Nodes(
                count,
                x -> x.ok("{\"answer\":" + answers.incrementAndGet() + "}"),
                "near_ttl = \"10s\"",
                "port = " + redisPort);
        nodes.awaitTracking();
        return nodes;
    }

    private String config(String cache, String redis, String unknown) {
        return Toml.node(2) + """
                [cache]
                cache_type = "Redis"
                %s
                [cache.redis]
                deadline = "500ms"
                %s
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                on_store_failure = "deny"
                [access]
                on_store_failure = "%s"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                timeout = "5s"
                [[routes]]
                name = "cached"
                path = "/cached/**"
                upstream = "origin"
                auth = "optional"
                cache = { ttl = "5m", shared = true }
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                auth = "optional"
                """.formatted(cache, redis, Tokens.SECRET, unknown, upstream.port());
    }

    public TestGateway gateway(int index) {
        return gateways.get(index);
    }

    public List<TestGateway> gateways() {
        return gateways;
    }

    public RawUpstream upstream() {
        return upstream;
    }

    /** How one gateway answers. */
    public RawClient.Answer get(int index, String path, String... fields) throws IOException {
        try (RawClient client = gateways.get(index).client()) {
            return client.get(path, fields).read();
        }
    }

    /** Every gateway comes to answer so, soon. */
    public void answer(int status, String... fields) {
        soon(() -> {
            for (int i = 0; i < gateways.size(); i++) {
                assertThat(get(i, "/x", fields).status()).as("gateway " + i).isEqualTo(status);
            }
        });
    }

    /** Every gateway answers so now, from what it remembers. */
    public void isWarm(int status, String... fields) throws IOException {
        for (int i = 0; i < gateways.size(); i++) {
            assertThat(get(i, "/x", fields).status()).as("gateway " + i).isEqualTo(status);
        }
    }

    public static void soon(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(SOON)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(assertion);
    }

    /** Waits until every gateway is told of changes. */
    public void awaitTracking() {
        awaitTracking("active");
    }

    /** Waits until every gateway's tracking stands so. */
    public void awaitTracking(String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> {
                    for (TestGateway gateway : gateways) {
                        assertThat(Shop.admin(gateway, "GET", "status", "")).contains("\"tracking\":\"" + text);
                    }
                });
    }

    @Override
    public void close() throws Exception {
        gateways.forEach(TestGateway::close);
        upstream.close();
    }
}
