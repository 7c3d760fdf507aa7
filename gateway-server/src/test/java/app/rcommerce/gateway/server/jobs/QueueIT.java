package app.rcommerce.gateway.server.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests that are kept in a queue and forwarded from there, with the Memory store. */
@Timeout(60)
@ExtendWith(Leaks.class)
class QueueIT {

    /** A request as the upstream has got it. */
    private record Delivery(RawUpstream.Exchange exchange, String body, long nanos) {
        String field(String name) {
            return exchange.field(name);
        }
    }

    private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";
    private static final String BROKEN = "HTTP/1.1 500 Broken\r\nContent-Length: 3\r\n\r\nbad";

    private final BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
    private final AtomicReference<String> answer = new AtomicReference<>(OK);
    private RawUpstream upstream;
    private @Nullable TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(exchange -> {
            String body = exchange.content();
            // The answer that holds when it arrives.
            String now = answer.get();
            delivered.add(new Delivery(exchange, body, System.nanoTime()));
            exchange.send(now);
        });
    }

    @AfterEach
    void stop() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
        upstream.close();
    }

    private TestGateway gateway(String queue, String route) throws IOException {
        return gateway(upstream.port(), queue, route);
    }

    private TestGateway gateway(int port, String queue, String route) throws IOException {
        gateway = TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 2
                shutdown_grace = "2s"
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                timeout = "5s"
                connect_timeout = "1s"
                [queues.webhooks]
                retry = { first = "100ms", max = "200ms", for = "20s" }
                %s
                [[routes]]
                name = "webhooks"
                path = "/hooks/{provider}"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                %s
                """.formatted(port, queue, route));
        return gateway;
    }

    private RawClient.Answer post(String path, String body, String... fields) throws IOException {
        try (RawClient client = Objects.requireNonNull(gateway).client()) {
            StringBuilder more = new StringBuilder();
            for (String field : fields) {
                more.append(field).append("\r\n");
            }
            return client.send("POST " + path + " HTTP/1.1\r\nHost: shop.example\r\nContent-Length: "
                            + body.getBytes(ISO_8859_1).length + "\r\n" + more + "\r\n" + body)
                    .read();
        }
    }

    private String accepted(String path, String body, String... fields) throws IOException {
        RawClient.Answer got = post(path, body, fields);
        assertThat(got.status()).as(got.body()).isEqualTo(202);
        String id = got.body().replaceAll(".*\"job_id\":\"([^\"]*)\".*", "$1");
        assertThat(JobId.isId(id)).as(got.body()).isTrue();
        return id;
    }

    private Delivery delivery() throws InterruptedException {
        return Objects.requireNonNull(delivered.poll(10, TimeUnit.SECONDS), "nothing was delivered");
    }

    private double metric(String line) {
        return Objects.requireNonNull(gateway)
                .gateway()
                .metrics()
                .scrape("")
                .text()
                .lines()
                .filter(one -> one.startsWith(line + " "))
                .mapToDouble(one -> Double.parseDouble(one.substring(line.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    @Test
    void aRequestIsForwardedAsItCame() throws Exception {
        gateway("", "");

        String id = accepted(
                "/hooks/stripe?a=1&b=%2F",
                "{ \"id\" : \"evt_1\" }\n",
                "Content-Type: application/json",
                "Stripe-Signature: t=1,v1=abc",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "Idempotency-Key: theirs",
                "Idempotency_Key: theirs",
                "X-Gateway-Verified: stripe",
                "X-Gateway-Attempt: 7");

        Delivery got = delivery();
        assertThat(got.exchange().line()).isEqualTo("POST /hooks/stripe?a=1&b=%2F HTTP/1.1");
        assertThat(got.body()).isEqualTo("{ \"id\" : \"evt_1\" }\n");
        assertThat(got.field("Content-Type")).isEqualTo("application/json");
        assertThat(got.field("Stripe-Signature")).isEqualTo("t=1,v1=abc");
        assertThat(got.field("traceparent")).isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(got.field("Host")).isEqualTo("shop.example");
        assertThat(got.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(got.field("X-Request-Id")).isNotEmpty();
        assertThat(got.field("Idempotency-Key")).isEqualTo(id);
        assertThat(got.field("Idempotency_Key")).isEmpty();
        assertThat(got.field("X-Gateway-Attempt")).isEqualTo("1");
        assertThat(got.field("X-Gateway-Verified")).isEmpty();
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(metric("gateway_jobs_ended_total{how=\"completed\",queue=\"webhooks\"}"))
                                .isEqualTo(1));
    }

    @Test
    void everyByteOfTheContentIsKept() throws Exception {
        gateway("", "");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 256; i++) {
            bytes.write(i);
        }
        String body = bytes.toString(ISO_8859_1);

        accepted("/hooks/any", body);
        assertThat(delivery().body()).isEqualTo(body);

        try (RawClient client = Objects.requireNonNull(gateway).client()) {
            assertThat(client.send("POST /hooks/any HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(202);
        }
        Delivery chunked = delivery();
        assertThat(chunked.body()).isEqualTo("abcde");
        assertThat(chunked.field("Content-Length")).isEqualTo("5");
        assertThat(chunked.field("Transfer-Encoding")).isEmpty();
    }

    @Test
    void aRequestWithoutContentIsForwardedToo() throws Exception {
        gateway("", "");

        accepted("/hooks/empty", "");

        Delivery got = delivery();
        assertThat(got.body()).isEmpty();
        assertThat(got.field("Content-Length")).isEqualTo("0");
    }

    @Test
    void aBrokenUpstreamIsAskedAgain() throws Exception {
        gateway("", "");
        answer.set(BROKEN);

        String id = accepted("/hooks/stripe", "paid");
        assertThat(delivery().field("X-Gateway-Attempt")).isEqualTo("1");
        answer.set(OK);

        Delivery again = delivery();
        assertThat(again.field("X-Gateway-Attempt")).isEqualTo("2");
        assertThat(again.field("Idempotency-Key")).isEqualTo(id);
        assertThat(again.body()).isEqualTo("paid");
        assertThat(delivered.poll(500, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aRedirectIsNoSuccess() throws Exception {
        gateway("", "");
        answer.set("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");

        accepted("/hooks/stripe", "paid");
        delivery();
        answer.set(OK);

        assertThat(delivery().field("X-Gateway-Attempt")).isEqualTo("2");
    }

    @Test
    void whatIsGoneIsNotAskedAgain() throws Exception {
        gateway("", "");
        answer.set("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");

        accepted("/hooks/stripe", "paid");
        delivery();

        Awaitility.await()
                .untilAsserted(() -> assertThat(metric("gateway_jobs_ended_total{how=\"dead\",queue=\"webhooks\"}"))
                        .isEqualTo(1));
        assertThat(delivered.poll(500, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void anUpstreamThatWantsTimeHasIt() throws Exception {
        gateway("", "");
        answer.set("HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");

        accepted("/hooks/stripe", "paid");
        long first = delivery().nanos();
        answer.set(OK);

        assertThat(delivery().nanos() - first)
                .isGreaterThan(Duration.ofMillis(900).toNanos());
    }

    @Test
    void attemptsEndWithTheirNumber() throws Exception {
        gateway = TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0"]
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                [queues.webhooks]
                retry = { attempts = 2, first = "50ms" }
                [[routes]]
                name = "webhooks"
                path = "/hooks/{provider}"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                """.formatted(upstream.port()));
        answer.set(BROKEN);

        accepted("/hooks/stripe", "paid");
        delivery();
        delivery();

        Awaitility.await()
                .untilAsserted(() -> assertThat(metric("gateway_jobs_ended_total{how=\"dead\",queue=\"webhooks\"}"))
                        .isEqualTo(1));
        assertThat(delivered.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void anUpstreamThatSaysNothingInTimeIsAskedAgain() throws Exception {
        gateway("timeout = \"300ms\"", "");
        answer.set("HTTP/1.1 200 OK\r\n");

        accepted("/hooks/stripe", "paid");
        delivery();
        answer.set(OK);

        assertThat(delivery().field("X-Gateway-Attempt")).isEqualTo("2");
    }

    @Test
    void whatAnAnswerSaysHoldsThoughItsContentDoesNotEnd() throws Exception {
        gateway("timeout = \"300ms\"", "");
        answer.set("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");

        accepted("/hooks/stripe", "paid");
        delivery();

        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(metric("gateway_jobs_ended_total{how=\"completed\",queue=\"webhooks\"}"))
                                .isEqualTo(1));
        assertThat(delivered.poll(500, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whatAnAnswerSaysHoldsThoughTheGatewayStops() throws Exception {
        TestGateway stopping = gateway("timeout = \"20s\"", "");
        answer.set("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
        accepted("/hooks/stripe", "paid");
        delivery();

        stopping.close();

        assertThat(metric("gateway_jobs_ended_total{how=\"completed\",queue=\"webhooks\"}"))
                .isEqualTo(1);
    }

    @Test
    void whatWaitsIsForwardedOnceTheUpstreamIsBack() throws Exception {
        int port = upstream.port();
        upstream.close();
        gateway(port, "", "");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(accepted("/hooks/stripe", "paid " + i));
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(metric("gateway_jobs_breaker_open{queue=\"webhooks\"}"))
                        .isEqualTo(1));

        upstream = new RawUpstream(port, exchange -> {
            String body = exchange.content();
            delivered.add(new Delivery(exchange, body, System.nanoTime()));
            exchange.send(OK);
        });

        List<String> got = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Delivery one = delivery();
            got.add(one.field("Idempotency-Key"));
            assertThat(one.field("X-Gateway-Attempt"))
                    .as("no attempt was used up")
                    .isEqualTo("1");
        }
        assertThat(got).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aFullQueueSaysSo() throws Exception {
        upstream.close();
        gateway("max_jobs = 2", "");
        accepted("/hooks/stripe", "1");
        accepted("/hooks/stripe", "2");

        RawClient.Answer full = post("/hooks/stripe", "3");

        assertThat(full.status()).isEqualTo(503);
        assertThat(full.body()).contains("QUEUE_FULL");
        assertThat(full.field("retry-after")).isEqualTo("30");
    }

    @Test
    void contentHasABound() throws Exception {
        gateway("", "max_request_body = \"10B\"");

        assertThat(post("/hooks/stripe", "12345678901").status()).isEqualTo(413);
        try (RawClient client = Objects.requireNonNull(gateway).client()) {
            assertThat(client.send("POST /hooks/any HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "b\r\n12345678901\r\n0\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(413);
        }
        accepted("/hooks/stripe", "1234567890");
        assertThat(delivery().body()).isEqualTo("1234567890");
    }

    @Test
    void contentOfAllHasABoundToo() throws Exception {
        gateway("", "max_request_body = \"16MB\"");
        int length = 15 << 20;
        int wanted = (int) (Runtime.getRuntime().maxMemory() / 16 / length) + 2;
        byte[] unfinished = new byte[length - 1];
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < wanted; i++) {
                RawClient client = Objects.requireNonNull(gateway).client();
                clients.add(client);
                client.send("POST /hooks/any HTTP/1.1\r\nHost: shop\r\nContent-Length: " + length + "\r\n\r\n");
                try {
                    client.send(unfinished);
                } catch (IOException e) {
                    // It was refused before it had sent all.
                }
            }
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(Objects.requireNonNull(gateway).finished())
                                    .anyMatch(one -> one.status() == 503));
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }

        Awaitility.await()
                .untilAsserted(() -> assertThat(metric("gateway_memory_reserved_bytes{use=\"jobs\"}"))
                        .isZero());
        accepted("/hooks/stripe", "there is room again");
        assertThat(delivery().body()).isEqualTo("there is room again");
    }

    @Test
    void anEventIsForwardedOnce() throws Exception {
        gateway("", "dedupe = \"json:/id\"");

        String id = accepted("/hooks/stripe", "{\"id\":\"evt_1\"}");
        assertThat(accepted("/hooks/stripe", "{\"id\":\"evt_1\",\"again\":true}"))
                .isEqualTo(id);
        String other = accepted("/hooks/stripe", "{\"id\":\"evt_2\"}");
        assertThat(other).isNotEqualTo(id);
        accepted("/hooks/stripe", "no JSON names no event");
        accepted("/hooks/stripe", "no JSON names no event");

        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            bodies.add(delivery().body());
        }
        assertThat(bodies)
                .containsExactlyInAnyOrder(
                        "{\"id\":\"evt_1\"}", "{\"id\":\"evt_2\"}", "no JSON names no event", "no JSON names no event");
        assertThat(delivered.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whatIsOrderedIsForwardedInItsOrder() throws Exception {
        gateway("", "order_by = \"header:X-Order\"");
        answer.set(BROKEN);
        accepted("/hooks/stripe", "1", "X-Order: a");
        assertThat(delivery().body()).isEqualTo("1");
        accepted("/hooks/stripe", "2", "X-Order: a");
        accepted("/hooks/stripe", "other", "X-Order: b");
        assertThat(delivery().body()).isIn("1", "other");

        answer.set(OK);

        List<String> ofA = new ArrayList<>();
        Awaitility.await().until(() -> {
            Delivery one = delivered.poll();
            if (one != null && one.field("X-Order").equals("a")) {
                ofA.add(one.body());
            }
            return ofA.contains("2");
        });
        assertThat(ofA).endsWith("1", "2");
    }

    @Test
    void aStopGivesBackWhatIsUnderWay() throws Exception {
        gateway("timeout = \"20s\"", "");
        answer.set("");
        accepted("/hooks/stripe", "paid");
        delivery();

        long start = System.nanoTime();
        Objects.requireNonNull(gateway).close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aReloadChangesHowAQueueIsWorkedOn() throws Exception {
        int port = upstream.port();
        upstream.close();
        gateway(port, "", "");
        accepted("/hooks/stripe", "paid");
        try (RawUpstream other = new RawUpstream(exchange -> {
            String body = exchange.content();
            delivered.add(new Delivery(exchange, body, System.nanoTime()));
            exchange.send(OK);
        })) {
            Objects.requireNonNull(gateway).gateway().reload(TestGateway.config("""
                            [upstreams.elsewhere]
                            servers = ["http://127.0.0.1:%d"]
                            [queues.webhooks]
                            [[routes]]
                            name = "webhooks"
                            path = "/hooks/{provider}"
                            handler = "queue"
                            queue = "webhooks"
                            upstream = "elsewhere"
                            """.formatted(other.port())));

            assertThat(delivery().body()).isEqualTo("paid");
        }
    }
}
