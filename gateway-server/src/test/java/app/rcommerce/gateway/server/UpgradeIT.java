package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.rcommerce.gateway.server.testing.GatewayProcess;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stopping and upgrading without a gap: the delay before a drain, and two processes on one address. */
class UpgradeIT {

    private static final int CLIENTS = 6;

    @TempDir
    private Path folder;

    private static String toml(String listen, String adminListen, String more, String body) {
        return """
                [server]
                listen = ["%s"]
                %s
                [server.admin]
                listen = "%s"
                [[routes]]
                name = "all"
                path = "/**"
                respond = { status = 200, body = "%s" }
                """.formatted(listen, more, adminListen, body);
    }

    private static RawClient.Answer ask(int port, String path) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .read();
        }
    }

    @Test
    void whoIsToldToStopSaysSoAtOnceAndServesOn() throws Exception {
        try (TestGateway gateway =
                        TestGateway.start(toml("127.0.0.1:0", "127.0.0.1:0", "shutdown_delay = \"1h\"", "here"));
                RawClient connected = gateway.client()) {
            int admin = gateway.gateway().adminAddress().getPort();
            assertThat(ask(admin, "/health/ready").status()).isEqualTo(200);
            assertThat(connected.get("/").read().field("connection")).isNull();

            Thread stopping = Thread.ofPlatform().start(gateway.gateway()::stop);
            await().until(() -> ask(admin, "/health/ready").status() == 503);

            assertThat(ask(admin, "/admin/v1/status").body()).contains("\"phase\":\"leaving\"");
            assertThat(ask(gateway.port(), "/").body()).isEqualTo("here");
            RawClient.Answer last = connected.get("/").read();
            assertThat(last.body()).isEqualTo("here");
            assertThat(last.field("connection")).as("the last answer says so").isEqualTo("close");

            stopping.interrupt();
            stopping.join();
            // Who is interrupted does not wait until the sockets are closed.
            await().until(() -> catchConnect(gateway.port()) instanceof ConnectException);
        }
    }

    @Test
    void anAnswerThatHasPromisedAnotherOneIsKeptToIt() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
                    if (x.line().contains("/slow")) {
                        told.await();
                    }
                    x.send("cd");
                });
                TestGateway gateway = TestGateway.forwardingTo(upstream.port(), 1, "shutdown_delay = \"1h\"");
                RawClient client = gateway.client()) {
            int admin = gateway.gateway().adminAddress().getPort();
            client.get("/slow");
            // The head is on its way once some of the content is here.
            assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
            Thread stopping = Thread.ofPlatform().start(gateway.gateway()::stop);
            await().until(() -> ask(admin, "/health/ready").status() == 503);
            told.countDown();
            for (String line = client.line(); !line.isEmpty(); line = client.line()) {
                assertThat(line).doesNotContainIgnoringCase("connection: close");
            }
            assertThat(new String(client.stream().readNBytes(4), StandardCharsets.US_ASCII))
                    .isEqualTo("abcd");

            RawClient.Answer next = client.get("/next").read();
            assertThat(next.body()).isEqualTo("abcd");
            assertThat(next.field("connection")).isEqualTo("close");
            stopping.interrupt();
            stopping.join();
        }
    }

    private static Throwable catchConnect(int port) {
        return org.assertj.core.api.Assertions.catchThrowable(() -> new RawClient(port).close());
    }

    @Test
    void aSignalEndsTheDelayInTimeAndTheProcessWithSuccess() throws Exception {
        Path file = Files.writeString(
                folder.resolve("gateway.toml"), toml("127.0.0.1:0", "127.0.0.1:0", "shutdown_delay = \"1s\"", "here"));
        try (GatewayProcess gateway = GatewayProcess.run(file)) {
            assertThat(ask(gateway.port(), "/").status()).isEqualTo(200);
            gateway.signal("TERM");
            await().until(() -> String.join("\n", gateway.lines())
                    .contains("leaving: /health/ready answers 503, requests are taken for 1s more"));
            gateway.signal("TERM");
            assertThat(gateway.exitCode()).isZero();
            assertThat(String.join("\n", gateway.lines())).contains("stopped");
        }
    }

    @Test
    void withoutTheKeyNoTwoProcessesShareAnAddress() throws Exception {
        Path first = Files.writeString(
                folder.resolve("first.toml"), toml("127.0.0.1:0", "127.0.0.1:0", "reuse_port = true", "first"));
        try (GatewayProcess one = GatewayProcess.run(first)) {
            Path second = Files.writeString(
                    folder.resolve("second.toml"), toml("127.0.0.1:" + one.port(), "127.0.0.1:0", "", "second"));
            try (GatewayProcess other = GatewayProcess.run(second)) {
                assertThat(other.exitCode()).isEqualTo(1);
                assertThat(String.join("\n", other.lines())).contains("cannot listen on 127.0.0.1:" + one.port());
            }
        }
    }

    @Test
    void withNioTwoShareAnAddressToo() throws Exception {
        String more = "reuse_port = true\ntransport = \"nio\"";
        try (TestGateway one = TestGateway.start(toml("127.0.0.1:0", "127.0.0.1:0", more, "one"));
                TestGateway other = TestGateway.start(toml("127.0.0.1:" + one.port(), "127.0.0.1:0", more, "other"))) {
            one.close();
            assertThat(ask(other.port(), "/").body()).isEqualTo("other");
        }
    }

    /** Clients that ask without a pause, some over new connections, some over kept ones, and what went wrong. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();
        /** Answers of the second process to each client. */
        private final AtomicIntegerArray secondOf = new AtomicIntegerArray(CLIENTS);

        private final List<Thread> threads = new ArrayList<>();

        Load(int port) {
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                threads.add(Thread.ofPlatform().start(() -> run(port, client)));
            }
        }

        private void run(int port, int number) {
            while (!ended.get()) {
                try (RawClient client = new RawClient(port)) {
                    boolean keeps = number % 2 == 0;
                    do {
                        RawClient.Answer answer = client.get("/").read();
                        if (answer.status() != 200) {
                            failures.add("status " + answer.status());
                        }
                        if (answer.body().equals("first")) {
                            first.incrementAndGet();
                        } else {
                            second.incrementAndGet();
                            secondOf.incrementAndGet(number);
                        }
                        keeps &= !"close".equals(answer.field("connection"));
                    } while (keeps && !ended.get());
                } catch (IOException e) {
                    failures.add(e.toString());
                }
            }
        }

        boolean isEverybodyServedBySecond() {
            for (int i = 0; i < CLIENTS; i++) {
                if (secondOf.get(i) == 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() throws InterruptedException {
            ended.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void aNewProcessTakesOverUnderLoadAndNoRequestFails(String transport) throws Exception {
        assumeTrue(transport.equals("epoll") ? Epoll.isAvailable() : IoUring.isAvailable());
        String more = "reuse_port = true\ntransport = \"%s\"\nshutdown_grace = \"10s\"".formatted(transport);
        Path file = Files.writeString(folder.resolve("first.toml"), toml("127.0.0.1:0", "127.0.0.1:0", more, "first"));
        try (GatewayProcess old = GatewayProcess.run(file)) {
            int port = old.port();
            int admin = old.adminPort();
            try (Load load = new Load(port)) {
                await().until(() -> load.first.get() > 500);
                Path next = Files.writeString(
                        folder.resolve("second.toml"), toml("127.0.0.1:" + port, "127.0.0.1:" + admin, more, "second"));
                try (GatewayProcess fresh = GatewayProcess.run(next)) {
                    assertThat(fresh.port()).isEqualTo(port);
                    assertThat(fresh.adminPort())
                            .as("the admin port is shared too")
                            .isEqualTo(admin);
                    await().until(() -> load.second.get() > 500);

                    old.signal("TERM");
                    assertThat(old.exitCode()).isZero();
                    assertThat(ask(admin, "/health/ready").status())
                            .as("the one that goes on answers")
                            .isEqualTo(200);
                    await().until(load::isEverybodyServedBySecond);
                    load.close();
                    assertThat(load.failures).isEmpty();
                }
            }
        }
    }
}
