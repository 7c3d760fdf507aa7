package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.SmallGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process with a small heap outlives what many clients together make it hold. */
class MemoryIT {

    private static final int MEGABYTE = 1_000_000;

    @TempDir
    private Path folder;

    private SmallGateway run(RawUpstream upstream, String cache, String... options) throws IOException {
        return SmallGateway.run(folder, upstream, cache, "64m", options);
    }

    @Test
    void manyMissesOfLargeRepliesFromASlowOriginAreStoredAsFarAsMemoryAllows() throws Exception {
        String most = "x".repeat(MEGABYTE - 1);
        CountDownLatch end = new CountDownLatch(1);
        List<RawClient> clients = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/small")) {
                        x.ok("small");
                        return;
                    }
                    x.send("HTTP/1.1 200 OK\r\nContent-Length: " + MEGABYTE + "\r\n\r\n" + most);
                    end.await(30, TimeUnit.SECONDS);
                    x.send("x");
                });
                SmallGateway gateway = run(upstream, "max_entry_size = \"2MB\"")) {
            int port = gateway.port();
            List<Thread> readers = new ArrayList<>();
            List<Integer> read = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 120; i++) {
                RawClient client = new RawClient(port);
                clients.add(client);
                client.get("/large" + i);
                readers.add(Thread.ofVirtual().start(() -> {
                    try {
                        read.add(client.read().body().length());
                    } catch (Exception e) {
                        read.add(-1);
                    }
                }));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> upstream.heads().size() == 120);
            try (RawClient honest = new RawClient(port)) {
                assertThat(honest.get("/small").read().body()).isEqualTo("small");
            }
            end.countDown();
            for (Thread reader : readers) {
                reader.join(Duration.ofSeconds(30));
            }
            assertThat(read).hasSize(120).containsOnly(MEGABYTE);
            assertThat(gateway.isAlive()).isTrue();
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void clientsThatReadNothingOfLargeRepliesLeaveRoomForOthers() throws Exception {
        String large = "x".repeat(8 * MEGABYTE);
        List<RawClient> silent = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.line().contains("/small") ? "small" : large));
                SmallGateway gateway = run(upstream, "max_entry_size = \"8MB\"")) {
            int port = gateway.port();
            for (int i = 0; i < 100; i++) {
                RawClient client = new RawClient(port);
                silent.add(client);
                client.get("/large");
            }
            try (RawClient honest = new RawClient(port)) {
                for (int i = 0; i < 50; i++) {
                    assertThat(honest.get("/small" + i).read().body()).isEqualTo("small");
                }
            }
            assertThat(gateway.isAlive()).isTrue();
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
    }

    @Test
    void largeStoredRepliesThatNobodyTakesAreRefusedBeyondTheirBudgetAndSharedOnesAreNot() throws Exception {
        String large = "x".repeat(1_900_000);
        List<RawClient> silent = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(large));
                SmallGateway gateway = run(upstream, "max_entry_size = \"2MB\"\nmemory_size = \"16MB\"")) {
            int port = gateway.port();
            for (int i = 0; i < 7; i++) {
                store(port, "/large" + i);
            }
            for (int i = 0; i < 40; i++) {
                // More than the budget, were each of them counted.
                silent.add(takeNothing(port, "/large0"));
            }
            assertThat(status(port, "/large0")).isEqualTo(200);
            // Those who hold the budget and take nothing are closed: nobody waits for their time-out. How many it takes
            // to
            // hold it depends on how much of an answer the kernel takes for a client that does not read.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                boolean full = gateway.lines().stream().anyMatch(line -> line.contains("large answers find no room"));
                for (int i = 1; i < 6 && !full; i++) {
                    silent.add(takeNothing(port, "/large" + i));
                }
                return status(port, "/large6") == 200 && full;
            });
            assertThat(silent.subList(40, silent.size())).anyMatch(MemoryIT::isRefused);
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
    }

    /** A client that asks for more than its socket holds, and reads nothing. */
    private static RawClient takeNothing(int port, String path) throws Exception {
        return new RawClient(port, 4096).get(path).get(path).get(path).get(path);
    }

    private static void store(int port, String path) {
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            try (RawClient client = new RawClient(port)) {
                String status = client.get(path).read().field("cache-status");
                return status != null && status.contains("; hit");
            }
        });
    }

    private static boolean isRefused(RawClient client) {
        try {
            return client.read(true).status() == 503;
        } catch (IOException e) {
            // Closed.
            return false;
        }
    }

    private static int status(int port, String path) throws Exception {
        try (RawClient client = new RawClient(port)) {
            return client.get(path).read().status();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "large"})
    void requestsThatClientsSendAheadLeaveRoomForOthers(String ahead) throws Exception {
        String field = "X: " + "x".repeat(15_000);
        String requests = ahead.equals("many")
                ? "GET /small HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1500)
                : ("GET /small HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n").repeat(16);
        CountDownLatch end = new CountDownLatch(1);
        List<RawClient> clients = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/slow")) {
                        end.await(30, TimeUnit.SECONDS);
                    }
                    x.ok("small");
                });
                SmallGateway gateway = run(upstream, "max_entry_size = \"1MB\"")) {
            int port = gateway.port();
            for (int i = 0; i < 400; i++) {
                RawClient client = new RawClient(port);
                clients.add(client);
                for (int k = 0; k < 4; k++) {
                    // Read buffers grow with what a client sends, and a whole one is decoded at once.
                    assertThat(client.get("/small", field).read().status()).isEqualTo(200);
                }
                client.get("/slow" + i).send(requests);
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> upstream.heads().stream()
                                    .filter(head -> head.contains("/slow"))
                                    .count()
                            == 400);
            try (RawClient honest = new RawClient(port)) {
                assertThat(honest.get("/small").read().body()).isEqualTo("small");
            }
            end.countDown();
            for (RawClient client : clients) {
                assertThat(client.read().body()).isEqualTo("small");
            }
            assertThat(gateway.isAlive()).isTrue();
        } finally {
            end.countDown();
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void boundsThatAreMoreThanTheHeapAllowsAreSaidAndTakenAsFarAsTheyGo() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("small"));
                SmallGateway gateway =
                        run(upstream, "memory_size = \"60MB\"\nnear_size = \"31MB\"\nmax_entry_size = \"8MB\"")) {
            gateway.port();
            assertThat(gateway.lines())
                    .anyMatch(
                            line -> line.contains("cache.memory_size: 62914560 bytes are more than this heap allows"));
            assertThat(gateway.lines()).anyMatch(line -> line.contains("cache.max_entry_size: replies of more than"));
            assertThat(gateway.lines())
                    .anyMatch(line -> line.contains("cache.near_size: 32505856 bytes are more than this heap allows"));
        }
    }

    @Test
    void aReloadOfMoreThanTheHeapHasRoomForIsRefusedAndTheOldConfigurationStays() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("small"));
                SmallGateway gateway = run(upstream, "max_entry_size = \"1MB\"")) {
            int port = gateway.port();
            Path config = gateway.config();
            String good = Files.readString(config);
            String longText = "x".repeat(900_000);
            Files.writeString(config, good + """
                    [[routes]]
                    name = "long"
                    path = "/long"
                    respond = { status = 200, body = "%s" }
                    """.formatted(longText));
            await().atMost(Duration.ofSeconds(20)).until(() -> gateway.hasSaid("the configuration was reloaded"));
            try (RawClient client = new RawClient(port)) {
                assertThat(client.get("/long").read().body()).isEqualTo(longText);
            }

            StringBuilder many = new StringBuilder(good);
            for (int i = 0; i < 9_000; i++) {
                many.append("[[routes]]\nname = \"route %d\"\npath = \"/shop/%d/**\"\nupstream = \"origin\"\n"
                        .formatted(i, i));
            }
            Files.writeString(config, many);
            await().atMost(Duration.ofSeconds(20)).until(() -> gateway.hasSaid("the configuration was not reloaded"));
            await().atMost(Duration.ofSeconds(5)).until(() -> gateway.hasSaid("a larger GATEWAY_HEAP, of "));
            assertThat(gateway.isAlive()).isTrue();
            try (RawClient client = new RawClient(port)) {
                assertThat(client.get("/long").read().body()).as("still there").isEqualTo(longText);
            }
        }
    }
}
