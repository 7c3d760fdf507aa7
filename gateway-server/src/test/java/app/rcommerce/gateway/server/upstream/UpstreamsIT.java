package app.rcommerce.gateway.server.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.config.UpstreamConfig;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.TestTransport;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which server and which connection a request gets, and which it does not. */
@ExtendWith(Leaks.class)
class UpstreamsIT {

    private static TestGateway gateway(int workers, String more, int... ports) throws Exception {
        List<String> servers = IntStream.of(ports)
                .mapToObj(port -> "\"http://127.0.0.1:" + port + "\"")
                .toList();
        return TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = %d
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = %s
                timeout = "5s"
                connect_timeout = "1s"
                %s
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(workers, servers, more));
    }

    @Test
    void idleConnectionsOfOtherLoopsTakeNoPlace() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(x -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    atOnce.decrementAndGet();
                    x.ok("ok");
                });
                TestGateway gateway = gateway(4, "max_connections = 1", upstream.port())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(gateway.client());
            }
            for (int round = 0; round < 10; round++) {
                for (RawClient client : clients) {
                    assertThat(client.get("/").read().status()).isEqualTo(200);
                }
            }
            assertThat(most).hasValue(1);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void whoAnsweredAfterHowManyAttemptsAndWhatConnectingTookIsTold() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("ok"));
                TestGateway gateway = gateway(1, "", closed, upstream.port());
                RawClient client = gateway.client()) {
            assertThat(client.get("/").read().status()).isEqualTo(200);
            assertThat(client.get("/").read().status()).isEqualTo(200);
            Finished.Upstream first = gateway.finished().getFirst().upstream();
            Finished.Upstream second = gateway.finished().getLast().upstream();
            assertThat(List.of(first.server(), second.server())).containsOnly("127.0.0.1:" + upstream.port());
            assertThat(first.attempts()).isEqualTo(2);
            assertThat(first.connectNanos()).isPositive();
            assertThat(first.answerNanos()).isPositive();
            assertThat(second.attempts()).isEqualTo(1);
            assertThat(second.connectNanos()).as("a connection was at hand").isZero();
        }
        try (TestGateway gateway = gateway(1, "", closed);
                RawClient client = gateway.client()) {
            assertThat(client.get("/").read().status()).isEqualTo(502);
            Finished.Upstream none = gateway.finished().getFirst().upstream();
            assertThat(none.server()).isEqualTo("127.0.0.1:" + closed);
            assertThat(none.connectNanos()).isPositive();
            assertThat(none.answerNanos()).isEqualTo(-1);
        }
    }

    @Test
    void requestsBeyondTheBoundAreRefusedWhileOthersAreInFlight() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    go.await(5, TimeUnit.SECONDS);
                    x.ok("ok");
                });
                TestGateway gateway = gateway(3, "max_connections = 2", upstream.port());
                RawClient one = gateway.client();
                RawClient two = gateway.client();
                RawClient three = gateway.client()) {
            one.get("/");
            two.get("/");
            await().until(() -> upstream.heads().size() == 2);
            RawClient.Answer refused = three.get("/").read();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).contains("\"OVERLOADED\"");
            go.countDown();
            assertThat(one.read().status()).isEqualTo(200);
            assertThat(two.read().status()).isEqualTo(200);
            assertThat(three.get("/").read().status()).isEqualTo(200);
        }
    }

    @Test
    void placesComeBackHoweverARequestEnds() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    switch (x.line().split(" ")[1]) {
                        case "/close" -> x.socket().close();
                        case "/garbage" -> x.send("garbage\r\n\r\n");
                        case "/stray" -> x.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nstray");
                        case "/last" -> x.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                        case "/half" -> {
                            x.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                            x.socket().close();
                        }
                        case "/hang" -> Thread.sleep(200);
                        default -> x.ok("ok");
                    }
                });
                TestGateway gateway = gateway(2, "max_connections = 1", upstream.port())) {
            for (String path : List.of("/close", "/garbage", "/stray", "/last", "/half", "/hang")) {
                try (RawClient client = gateway.client()) {
                    client.get(path);
                    if (path.equals("/hang")) {
                        int before = upstream.heads().size();
                        await().until(() -> upstream.heads().size() >= Math.max(1, before));
                    } else {
                        client.read("/half".equals(path));
                    }
                }
                await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                    try (RawClient next = gateway.client()) {
                        assertThat(next.get("/ok").read().status())
                                .as("after " + path)
                                .isEqualTo(200);
                    }
                });
            }
        }
    }

    @Test
    void aServerThatTakesNoConnectionIsPassedOverForAWhile() throws Exception {
        // Bound, so that nobody else gets the port, and not listening.
        Socket taken = new Socket();
        taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        int free = taken.getLocalPort();
        try (RawUpstream live = new RawUpstream(x -> x.ok("live"));
                TestGateway gateway = gateway(1, "", free, live.port());
                RawClient client = gateway.client()) {
            assertThat(client.get("/").read().body()).isEqualTo("live");
            // From now on somebody would take the connections there; nobody makes one.
            taken.close();
            try (ServerSocket revived = new ServerSocket(free, 10, InetAddress.ofLiteral("127.0.0.1"))) {
                for (int i = 0; i < 20; i++) {
                    assertThat(client.get("/").read().body()).isEqualTo("live");
                }
                revived.setSoTimeout(1);
                assertThat(org.assertj.core.api.Assertions.catchThrowable(revived::accept))
                        .isInstanceOf(java.net.SocketTimeoutException.class);
            }
        }
    }

    /** Serves every connection that is made to the socket, also after the socket is closed. */
    private static void serve(ServerSocket socket, String body, CountDownLatch slow) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket one = socket.accept();
                    Thread.ofVirtual().start(() -> serve(one, body, slow));
                }
            } catch (IOException e) {
                // Closed.
            }
        });
    }

    private static void serve(Socket socket, String body, CountDownLatch slow) {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (socket;
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("GET /slow ")) {
                    slow.await(5, TimeUnit.SECONDS);
                }
                if (line.isEmpty()) {
                    socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
                }
            }
        } catch (IOException | InterruptedException e) {
            // The test is over.
        }
    }

    private static boolean refuses(int port) throws IOException {
        try (Socket taken = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return !taken.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    @Test
    void aServerThatTakesConnectionsAgainIsFoundThoughIdleOnesAreLeft() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        InetAddress local = InetAddress.ofLiteral("127.0.0.1");
        try (ServerSocket first = new ServerSocket(0, 10, local);
                RawUpstream live = new RawUpstream(x -> x.ok("live"));
                TestGateway gateway = gateway(1, "", first.getLocalPort(), live.port());
                RawClient client = gateway.client();
                RawClient other = gateway.client()) {
            serve(first, "back", slow);
            assertThat(client.get("/").read().body()).isEqualTo("back");
            assertThat(client.get("/").read().body()).isEqualTo("live");
            // The server's only connection is busy, and no other can be made, once who accepts has left the socket too.
            first.close();
            await().until(() -> refuses(first.getLocalPort()));
            client.get("/slow");
            assertThat(other.get("/").read().body()).isEqualTo("live");
            assertThat(other.get("/").read().body()).isEqualTo("live");
            slow.countDown();
            assertThat(client.read().body()).isEqualTo("back");
            try (ServerSocket again = new ServerSocket(first.getLocalPort(), 10, local)) {
                serve(again, "back", slow);
                // The trial after 10 s.
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> client.get("/").read().body().equals("back"));
                assertThat(List.of(
                                client.get("/").read().body(),
                                client.get("/").read().body()))
                        .containsExactlyInAnyOrder("back", "live");
            }
        }
    }

    @Test
    void whereAllServersFailTheyAreTriedAllTheSame() throws Exception {
        // Bound, so that nobody else gets the port, and not listening.
        Socket taken = new Socket();
        taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        int free = taken.getLocalPort();
        try (TestGateway gateway = gateway(1, "", free);
                RawClient client = gateway.client()) {
            assertThat(client.get("/").read().status()).isEqualTo(502);
            taken.close();
            try (ServerSocket revived = new ServerSocket(free, 10, InetAddress.ofLiteral("127.0.0.1"))) {
                Thread.ofVirtual().start(() -> {
                    try (var socket = revived.accept()) {
                        socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
                        Thread.sleep(1000);
                    } catch (Exception e) {
                        // The test is over.
                    }
                });
                client.get("/").read();
                assertThat(gateway.finished()).hasSizeGreaterThanOrEqualTo(1);
            }
        }
    }

    @Test
    void connectionsEndAfterSoManyRequests() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok("n" + x.connection()));
                TestGateway gateway = gateway(1, "max_connection_requests = 2", upstream.port());
                RawClient client = gateway.client()) {
            List<String> served = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                served.add(client.get("/").read().body());
            }
            assertThat(served).containsExactly("n1", "n1", "n2", "n2", "n3", "n3");
        }
    }

    /** Names have the addresses that the test says; none means that nobody can answer. */
    private static final class Names extends AddressResolverGroup<InetSocketAddress> {
        volatile List<String> addresses = List.of();
        final AtomicInteger asked = new AtomicInteger();

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetNameResolver(executor) {
                @Override
                protected void doResolve(String name, Promise<InetAddress> promise) {
                    promise.setFailure(new UnknownHostException(name));
                }

                @Override
                protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                    asked.incrementAndGet();
                    List<InetAddress> found =
                            addresses.stream().map(InetAddress::ofLiteral).toList();
                    if (found.isEmpty()) {
                        promise.setFailure(new UnknownHostException(name));
                    } else {
                        promise.setSuccess(found);
                    }
                }
            }.asAddressResolver();
        }
    }

    private static String acquired(Transport transport, Upstreams upstreams) throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        EventLoop loop = (EventLoop) transport.group().iterator().next();
        loop.execute(() -> upstreams.acquire(loop, "origin", true, new Silent(), new Upstreams.Acquired() {
            @Override
            public void trying(String server) {}

            @Override
            public void acquired(UpstreamStream stream) {
                stream.cancel();
                told.complete("connected");
            }

            @Override
            public void refused(Failure failure) {
                told.complete(failure.getMessage());
            }
        }));
        return told.get(10, TimeUnit.SECONDS);
    }

    private static final class Silent implements ResponseListener {
        @Override
        public void informational(ResponseHead head) {}

        @Override
        public void head(ResponseHead head) {}

        @Override
        public void content(ByteBuf content, @Nullable HttpHeaders trailers) {
            content.release();
        }

        @Override
        public void readComplete() {}

        @Override
        public void writable() {}

        @Override
        public void failed(Failure failure) {}
    }

    @Test
    void allAddressesOfANameAreTriedAndTheLastGoodAnswerIsKept() throws Exception {
        Transport real = TestTransport.start(1);
        Names names = new Names();
        Transport transport = new Transport(real.kind(), false, real.group(), names, real.outboxes());
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(""))) {
            UpstreamConfig config = new UpstreamConfig(
                    "origin",
                    List.of(new UpstreamConfig.Server("shop.test", upstream.port())),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    4,
                    Duration.ofMinutes(1),
                    100);
            Upstreams upstreams = new Upstreams(Map.of("origin", config), transport, null);
            assertThat(acquired(transport, upstreams)).isEqualTo("the server's name has no address");

            // Nobody listens on the first two.
            names.addresses = List.of("127.0.0.2", "127.0.0.3", "127.0.0.1");
            for (int i = 0; i < 4; i++) {
                assertThat(acquired(transport, upstreams)).isEqualTo("connected");
            }
            names.addresses = List.of();
            assertThat(acquired(transport, upstreams)).isEqualTo("connected");
            // So it is after a reload.
            Upstreams reloaded = new Upstreams(Map.of("origin", config), transport, upstreams);
            upstreams.retire();
            assertThat(acquired(transport, reloaded)).isEqualTo("connected");
            assertThat(upstreams.openConnections("origin")).isZero();
            assertThat(upstreams.requestsInFlight("origin")).isZero();
        } finally {
            real.stop();
        }
    }
}
