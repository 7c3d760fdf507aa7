package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.address;
import static app.rcommerce.gateway.server.testing.Shop.admin;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static app.rcommerce.gateway.server.testing.Shop.withinASecond;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A ban on one node holds on all, is listed and lifted as any block, and is told on the shared channel. */
@Tag("redis")
@ExtendWith(Leaks.class)
class BanIT {

    private static int status(TestGateway gateway, String address, String path) throws Exception {
        try (RawClient client = gateway.client()) {
            return client.get(path, from(address)).read().status();
        }
    }

    @Test
    void whoProbesIsBannedOnEveryNodeUntilLifted() throws Exception {
        RedisServer redis = RedisServers.own();
        redis.start();
        String client = address();
        try (Shop shop = new Shop(redis, "2s");
                TestGateway here = shop.gateway();
                TestGateway there = shop.gateway();
                RedisSubscriber heard = new RedisSubscriber(redis.port(), "rcommerce:gateway:events")) {
            assertThat(status(there, client, "/shop/a")).isEqualTo(200);
            for (int i = 0; i < 5; i++) {
                assertThat(status(i % 2 == 0 ? here : there, client, "/nothing"))
                        .isEqualTo(404);
            }
            withinASecond(() -> assertThat(status(here, client, "/shop/a")).isEqualTo(403));
            withinASecond(() -> assertThat(status(there, client, "/shop/a")).isEqualTo(403));
            assertThat(heard.line()).isEqualTo("ban ip:" + client + " 600 probing");
            assertThat(admin(there, "GET", "blocks", ""))
                    .contains("ip:" + client)
                    .contains("ban probing");
            admin(there, "DELETE", "blocks?subject=ip:" + client, "");
            withinASecond(() -> assertThat(status(here, client, "/shop/a")).isEqualTo(200));
            withinASecond(() -> assertThat(status(there, client, "/shop/a")).isEqualTo(200));
        } finally {
            redis.close();
        }
    }

    /** A client has as many networks as it likes: what each ban costs must not grow with those before it. */
    @Test
    void aBannedIpv6NetworkIsAnEntryOfItsOwn() throws Exception {
        RedisServer redis = RedisServers.own();
        redis.start();
        try (Shop shop = new Shop(redis, "2s");
                TestGateway here = shop.gateway();
                TestGateway there = shop.gateway()) {
            for (int network = 1; network <= 4; network++) {
                String prefix = "2001:db8:0:" + network + "::";
                for (int i = 1; i <= 5; i++) {
                    assertThat(status(here, prefix + i, "/nothing")).isEqualTo(404);
                }
                withinASecond(
                        () -> assertThat(status(here, prefix + "77", "/shop/a")).isEqualTo(403));
                withinASecond(() ->
                        assertThat(status(there, prefix + "78", "/shop/a")).isEqualTo(403));
                assertThat(redis.send("EXISTS", "rcommerce:blocklist:ip:" + prefix + "/64"))
                        .isEqualTo(1L);
            }
            assertThat(redis.send("EXISTS", "rcommerce:blocklist_ranges")).isEqualTo(0L);
            assertThat(status(there, "2001:db8:0:9::1", "/shop/a")).isEqualTo(200);
            admin(there, "DELETE", "blocks?subject=ip:2001:db8:0:1::%2F64", "");
            withinASecond(
                    () -> assertThat(status(here, "2001:db8:0:1::1", "/shop/a")).isEqualTo(200));
            redis.kill();
            withinASecond(
                    () -> assertThat(status(here, "2001:db8:0:2::1", "/shop/a")).isEqualTo(403));
        } finally {
            redis.close();
        }
    }

    @Test
    void oneBurstOverTwoNodesIsOneBan() throws Exception {
        RedisServer redis = RedisServers.own();
        redis.start();
        String client = address();
        try (Shop shop = new Shop(redis, "2s");
                TestGateway here = shop.gateway();
                TestGateway there = shop.gateway();
                RedisSubscriber heard = new RedisSubscriber(redis.port(), "rcommerce:gateway:events")) {
            List<Thread> burst = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                TestGateway gateway = i % 2 == 0 ? here : there;
                burst.add(Thread.startVirtualThread(() -> {
                    try {
                        status(gateway, client, "/nothing");
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread one : burst) {
                one.join();
            }
            assertThat(heard.line()).isEqualTo("ban ip:" + client + " 600 probing");
            withinASecond(() -> assertThat(status(here, client, "/shop/a")).isEqualTo(403));
            // Whoever is banned next is the next one heard of.
            String other = address();
            for (int i = 0; i < 6; i++) {
                status(there, other, "/nothing");
            }
            assertThat(heard.line()).isEqualTo("ban ip:" + other + " 600 probing");
        } finally {
            redis.close();
        }
    }

    /** Hears a channel as any client of Redis would. */
    private static final class RedisSubscriber implements AutoCloseable {
        private final java.net.Socket socket;
        private final java.io.BufferedReader lines;

        RedisSubscriber(int port, String channel) throws Exception {
            socket = new java.net.Socket("127.0.0.1", port);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(("SUBSCRIBE " + channel + "\r\n").getBytes(StandardCharsets.US_ASCII));
            lines = new java.io.BufferedReader(
                    new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (int i = 0; i < 6; i++) {
                lines.readLine();
            }
        }

        /** The next message: an array of the word, the channel and the text, each with its length before it. */
        String line() throws Exception {
            String text = "";
            for (int i = 0; i < 7; i++) {
                text = lines.readLine();
            }
            return text;
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }
}
