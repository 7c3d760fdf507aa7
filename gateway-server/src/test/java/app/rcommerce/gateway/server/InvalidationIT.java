package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A reply on its way into Redis, and the unsafe request that follows on its heels. */
@Tag("redis")
class InvalidationIT {

    private static final int KEYS = 150;

    @Test
    void aReplyThatIsBeingStoredDoesNotOutliveAnUnsafeRequest() throws Exception {
        assertUnsafeRequestsInvalidate("");
    }

    /** What the gateway tells the upstream of the address is not taken for what the proxy in front has told. */
    @Test
    void norDoesItBehindATrustedProxyThatTellsNothingOfTheAddress() throws Exception {
        assertUnsafeRequestsInvalidate("trusted_proxies = [\"127.0.0.0/8\"]");
    }

    private static void assertUnsafeRequestsInvalidate(String server) throws Exception {
        ConcurrentHashMap<String, Integer> versions = new ConcurrentHashMap<>();
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            try (RawUpstream upstream = new RawUpstream(x -> {
                        String path = x.line().split(" ")[1];
                        if (x.line().startsWith("POST")) {
                            x.content();
                            versions.merge(path, 1, Integer::sum);
                        }
                        String body = "version " + versions.getOrDefault(path, 0);
                        x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body);
                    });
                    TestGateway gateway = TestGateway.start("""
                            [server]
                            listen = ["127.0.0.1:0"]
                            workers = 2
                            access_log = false
                            shutdown_grace = "1s"
                            %s
                            [server.admin]
                            listen = "127.0.0.1:0"
                            [cache]
                            cache_type = "Redis"
                            [cache.redis]
                            port = %d
                            deadline = "2s"
                            command_timeout = "2s"
                            [upstreams.u]
                            servers = ["http://127.0.0.1:%d"]
                            [[routes]]
                            name = "all"
                            path = "/**"
                            upstream = "u"
                            cache = { ttl = "5m", shared = true }
                            """.formatted(server, redis.port(), upstream.port()));
                    RawClient client = gateway.client()) {
                Shop.awaitStore(gateway);
                List<String> old = new ArrayList<>();
                for (int i = 0; i < KEYS; i++) {
                    assertThat(client.get("/k" + i).read().body()).isEqualTo("version 0");
                    client.send("POST /k" + i + " HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 1\r\n\r\nx")
                            .read();
                    String at = client.get("/k" + i).read().body();
                    if (!at.equals("version 1")) {
                        old.add("/k" + i + " at once");
                    }
                }
                for (int i = 0; i < KEYS; i++) {
                    if (!client.get("/k" + i).read().body().equals("version 1")) {
                        old.add("/k" + i + " later");
                    }
                }
                assertThat(old).isEmpty();
            }
        }
    }
}
