package app.rcommerce.gateway.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestCertificates;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that begin at one node and go on at another. */
@Tag("redis")
@ExtendWith(Leaks.class)
class SharedSessionsIT {

    @TempDir
    Path folder;

    private RedisServer redis;
    private TestCertificates certificates;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        certificates = new TestCertificates(folder);
        certificates.write("shop", Algorithm.ecp256, "shop.example");
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
    }

    private TestGateway node(RawUpstream upstream, String tls) throws IOException {
        return TestGateway.start("""
                [server]
                listen = [{ address = "127.0.0.1:0", tls = true }]
                [server.admin]
                listen = "127.0.0.1:0"
                [server.tls]
                certificates = [%s]
                %s
                [cache]
                cache_type = "Redis"
                [cache.redis]
                port = %d
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(certificates.entry("shop"), tls, redis.port(), upstream.port()));
    }

    /** Clients resume with whom they have met at the same address: this one leads to either node. */
    private static final class Balancer implements AutoCloseable {

        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        private volatile int to;

        Balancer() throws IOException {
            Thread.startVirtualThread(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = listening.accept();
                    Socket node = new Socket();
                    node.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), to));
                    Thread.startVirtualThread(() -> copy(client, node));
                    Thread.startVirtualThread(() -> copy(node, client));
                }
            } catch (IOException e) {
                // Closed.
            }
        }

        private static void copy(Socket from, Socket into) {
            try (from;
                    into) {
                from.getInputStream().transferTo(into.getOutputStream());
            } catch (IOException e) {
                // One of the two has left.
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private static void converse(Balancer balancer, TestGateway node, SSLContext client) throws Exception {
        balancer.to = node.port();
        try (RawClient one =
                new RawClient(TestCertificates.connect(client, balancer.listening.getLocalPort(), "shop.example"))) {
            assertThat(one.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
    }

    private static boolean hasResumed(TestGateway node) {
        return node.gateway().metrics().scrape("").text().contains("outcome=\"completed\",resumed=\"true\"");
    }

    @Test
    void aSessionGoesOnAtAnotherNodeUnderTheSameSecret() throws Exception {
        String secret = "ticket_secret = \"a secret of the shop's that all nodes know\"";
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway one = node(upstream, secret);
                TestGateway two = node(upstream, secret);
                Balancer balancer = new Balancer()) {
            Awaitility.await().until(() -> {
                SSLContext client = certificates.client(null);
                converse(balancer, one, client);
                converse(balancer, two, client);
                return hasResumed(two);
            });
            assertThat(redis.send("KEYS", "rcommerce:gateway:ticket_key:*").toString())
                    .contains("rcommerce:gateway:ticket_key:");
        }
    }

    @Test
    void withoutASecretEachNodeHasKeysOfItsOwn() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""));
                TestGateway one = node(upstream, "");
                TestGateway two = node(upstream, "");
                Balancer balancer = new Balancer()) {
            SSLContext client = certificates.client(null);
            converse(balancer, one, client);
            converse(balancer, two, client);
            converse(balancer, two, client);
            Awaitility.await().until(() -> two.finished().size() == 2);
            assertThat(two.gateway().metrics().scrape("").text())
                    .containsPattern("outcome=\"completed\",resumed=\"true\",version=\"TLSv1.3\"} 1.0");
        }
    }
}
