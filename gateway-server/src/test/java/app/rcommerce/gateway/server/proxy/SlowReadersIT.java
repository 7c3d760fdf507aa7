package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that ask for large stored replies and do not read them hold little, and are seen by limits of what is in
 * flight.
 */
@ExtendWith(Leaks.class)
@ParameterizedClass
@CsvSource({"HTTP_1_1,auto", "HTTP_1_1,epoll", "HTTP_1_1,nio", "HTTP_2,auto"})
class SlowReadersIT {

    private static final int LARGE = 10_000_000;
    private static final int CLIENTS = 12;

    private final ClientProtocol http;
    private final String transport;

    SlowReadersIT(ClientProtocol http, String transport) {
        this.http = http;
        this.transport = transport;
    }

    private TestGateway gatewayTo(RawUpstream upstream, int atOnce) throws Exception {
        return http.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                transport = "%s"
                shutdown_grace = "0s"
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                max_entry_size = "16MB"
                [limits.in_flight]
                key = "ip"
                concurrency = %d
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                limits = ["in_flight"]
                cache = { ttl = "5m" }
                """.formatted(transport, atOnce, upstream.port()));
    }

    @Test
    void aReplyThatNobodyReadsPinsLittleMemory() throws Exception {
        String body = "x".repeat(LARGE);
        List<RawClient> silent = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.line().contains("/large") ? body : "small"));
                TestGateway gateway = gatewayTo(upstream, 20);
                RawClient client = gateway.client()) {
            assertThat(client.get("/large").read().body()).hasSize(LARGE);
            assertThat(client.get("/large").read().field("cache-status")).contains("hit");
            int ended = gateway.finished().size();
            long before = PlatformDependent.usedDirectMemory();
            for (int i = 0; i < CLIENTS; i++) {
                RawClient one = gateway.client();
                one.get("/large");
                silent.add(one);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/small" + i).read().body()).isEqualTo("small");
            }
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(CLIENTS * 1_000_000L);
            assertThat(gateway.finished())
                    .as("none of the large ones has ended")
                    .hasSize(ended + 20);
            // Whoever begins to read gets all of it.
            assertThat(silent.getFirst().read().body()).isEqualTo(body);
            await().until(() -> gateway.finished().size() == ended + 21);
        } finally {
            for (RawClient one : silent) {
                one.close();
            }
        }
    }

    @Test
    void aReplyThatIsBeingTakenIsInFlight() throws Exception {
        int atOnce = 3;
        String body = "x".repeat(LARGE);
        List<RawClient> silent = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = gatewayTo(upstream, atOnce);
                RawClient client = gateway.client()) {
            assertThat(client.get("/large").read().body()).hasSize(LARGE);
            for (int i = 0; i < atOnce; i++) {
                RawClient one = gateway.client();
                one.get("/large");
                silent.add(one);
            }
            await().untilAsserted(() ->
                    assertThat(client.get("/large").read().status()).isEqualTo(429));
            for (RawClient one : silent) {
                one.close();
            }
            await().untilAsserted(() ->
                    assertThat(client.get("/large").read().status()).isEqualTo(200));
        }
    }
}
