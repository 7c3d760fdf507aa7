package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that send content a byte now and then hold neither an upstream's connection nor their own without end. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource(names = {"HTTP_1_1", "HTTP_2"})
class SlowContentIT {

    @Parameter
    ClientProtocol http;

    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";

    /** Whether nobody is served any more: clients of HTTP/2 keep their connection. */
    private boolean isLetGo(TestGateway gateway, int requests) {
        return gateway.finished().size() == requests && (http.isHttp2() || gateway.openConnections() == 0);
    }

    @Test
    void anUpstreamsConnectionIsTakenWhenTheFirstContentIsThere() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient slow = gateway.client();
                RawClient other = gateway.client()) {
            slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
            assertThat(other.get("/").read().status()).isEqualTo(200);
            assertThat(upstream.connections()).as("the slow request has none").isEqualTo(1);
            slow.send("o");
            await().until(() -> upstream.heads().size() == 2);
            slow.send("k");
            assertThat(slow.read().body()).isEqualTo("ok");
        }
    }

    @Test
    void whoWaitsForLeaveIsNotWaitedFor() throws Exception {
        try (RawUpstream upstream = new RawUpstream(x -> {
                    x.send("HTTP/1.1 100 Continue\r\n\r\n");
                    x.ok(x.content());
                });
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "");
                RawClient client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            client.send("ok");
            assertThat(client.read().body()).isEqualTo("ok");
        }
    }

    @Test
    void whoSendsTheRestOfItsContentMustStillTakeWhatIsAnswered() throws Exception {
        String large = "x".repeat(20_000_000);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(large));
                TestGateway gateway = http.start("""
                        [server]
                        listen = ["127.0.0.1:0"]
                        body_timeout = "2s"
                        shutdown_grace = "0s"
                        [server.admin]
                        listen = "127.0.0.1:0"
                        [upstreams.origin]
                        servers = ["http://127.0.0.1:%d"]
                        timeout = "1m"
                        [[routes]]
                        name = "all"
                        path = "/**"
                        upstream = "origin"
                        """.formatted(upstream.port()));
                RawClient client = gateway.client(4096)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\no");
            // The answer has begun, and waits for the client, when the content ends.
            await().until(() -> client.stream().available() > 0);
            Thread.sleep(500);
            client.send("k");
            await().atMost(Duration.ofSeconds(8)).until(() -> isLetGo(gateway, 1));
        }
    }

    @Test
    void contentBelowTheLeastRateIsCutOffAfterTheGrace() throws Exception {
        AtomicBoolean cut = new AtomicBoolean();
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(x.content()));
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "min_rate = \"1KB/s\"");
                RawClient client = gateway.client()) {
            client.send(POST);
            Thread dripping = Thread.ofVirtual().start(() -> {
                try {
                    while (!cut.get()) {
                        client.send("x");
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    // Cut off.
                }
            });
            RawClient.Answer answer = client.read();
            cut.set(true);
            assertThat(answer.status()).isEqualTo(408);
            dripping.join();
            await().until(() -> isLetGo(gateway, 1));
        }
    }

    /** Reads so many bytes at once, with pauses between, until the end; how many there were. */
    private static long readSlowly(RawClient client, int atOnce, long pauseMillis) throws Exception {
        byte[] some = new byte[atOnce];
        long all = 0;
        try {
            for (int read = client.stream().readNBytes(some, 0, atOnce);
                    read > 0;
                    read = client.stream().readNBytes(some, 0, atOnce)) {
                all += read;
                Thread.sleep(pauseMillis);
            }
        } catch (IOException e) {
            // Cut off.
        }
        return all;
    }

    /** What waits to be flushed at the end of a turn has not been refused by the client. */
    @Test
    void aConnectionGoesOnBehindALargeAnswerThatIsTaken() throws Exception {
        String body = "x".repeat(900_000);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = http.start("""
                        [server]
                        listen = ["127.0.0.1:0"]
                        workers = 1
                        [server.admin]
                        listen = "127.0.0.1:0"
                        [upstreams.origin]
                        servers = ["http://127.0.0.1:%d"]
                        [[routes]]
                        name = "all"
                        path = "/**"
                        upstream = "origin"
                        cache = { ttl = "5m" }
                        """.formatted(upstream.port()));
                RawClient client = gateway.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/large" + i).read().body()).hasSize(body.length());
            }
        }
    }

    @Test
    void whoTakesAnAnswerBelowTheLeastRateIsCutOffAfterTheGrace() throws Exception {
        int large = 30_000_000;
        String body = "x".repeat(large);
        try (RawUpstream upstream = new RawUpstream(x -> x.ok(body));
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "min_rate = \"10MB/s\"");
                RawClient client = gateway.client(4096)) {
            client.get("/");
            assertThat(readSlowly(client, 20_000, 50)).isLessThan(large);
            await().until(() -> isLetGo(gateway, 1));
            assertThat(gateway.finished())
                    .singleElement()
                    .satisfies(finished -> assertThat(finished.failure()).isNotEmpty());
        }
    }

    @Test
    void aRequestThatTakesLongerThanAnyMayIsEnded() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    if (x.line().contains("/begun")) {
                        x.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
                    }
                    end.await(10, TimeUnit.SECONDS);
                });
                TestGateway gateway = http.forwardingTo(upstream.port(), 1, "max_request_time = \"300ms\"")) {
            try (RawClient late = gateway.client()) {
                RawClient.Answer answer = late.get("/").read();
                assertThat(answer.status()).isEqualTo(504);
                assertThat(answer.body()).contains("UPSTREAM_TIMEOUT");
            }
            try (RawClient slow = gateway.client()) {
                slow.send(POST);
                assertThat(slow.read().status()).isEqualTo(408);
            }
            try (RawClient begun = gateway.client()) {
                assertThat(begun.get("/begun").rest()).endsWith("12345");
            }
            await().atMost(Duration.ofSeconds(5)).until(() -> gateway.openConnections() == 0);
            end.countDown();
        }
    }

    @Test
    void aRouteNamesALongestTimeOfItsOwn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(x -> {
                    end.await(x.line().contains("/patient") ? 900 : 10_000, TimeUnit.MILLISECONDS);
                    x.ok("done");
                });
                TestGateway gateway = http.start("""
                        [server]
                        listen = ["127.0.0.1:0"]
                        workers = 1
                        max_request_time = "400ms"
                        [server.admin]
                        listen = "127.0.0.1:0"
                        [upstreams.origin]
                        servers = ["http://127.0.0.1:%d"]
                        timeout = "20s"
                        [[routes]]
                        name = "patient"
                        path = "/patient"
                        upstream = "origin"
                        max_request_time = "0s"
                        [[routes]]
                        name = "hasty"
                        path = "/hasty"
                        upstream = "origin"
                        max_request_time = "100ms"
                        """.formatted(upstream.port()))) {
            try (RawClient patient = gateway.client()) {
                assertThat(patient.get("/patient").read().body()).isEqualTo("done");
            }
            try (RawClient hasty = gateway.client()) {
                assertThat(hasty.get("/hasty").read().status()).isEqualTo(504);
            }
            assertThat(gateway.finished().getLast().durationNanos())
                    .isBetween(TimeUnit.MILLISECONDS.toNanos(100), TimeUnit.MILLISECONDS.toNanos(400));
            end.countDown();
        }
    }
}
