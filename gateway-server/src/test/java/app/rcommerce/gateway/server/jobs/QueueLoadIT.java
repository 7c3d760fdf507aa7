package app.rcommerce.gateway.server.jobs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Queues whose jobs are larger than the memory, or more than their upstream has places for. */
@Timeout(90)
@ExtendWith(Leaks.class)
class QueueLoadIT {

    private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";
    private static final int LARGEST = 16 << 20;

    private final Semaphore answers = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger mostAtWork = new AtomicInteger();

    private RawUpstream upstream() throws IOException {
        return new RawUpstream(exchange -> {
            begun.incrementAndGet();
            mostAtWork.accumulateAndGet(atWork.incrementAndGet(), Math::max);
            answers.tryAcquire(60, SECONDS);
            exchange.content();
            atWork.decrementAndGet();
            exchange.send(OK);
        });
    }

    private static TestGateway gateway(RawUpstream upstream, String more, String queue) throws IOException {
        return TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 2
                shutdown_grace = "1s"
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                timeout = "60s"
                %s
                [queues.webhooks]
                timeout = "60s"
                %s
                [[routes]]
                name = "webhooks"
                path = "/hooks"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                max_request_body = "16MB"
                """.formatted(upstream.port(), more, queue));
    }

    private static void post(TestGateway gateway, String body) throws IOException {
        try (RawClient client = gateway.client()) {
            RawClient.Answer got = client.send("POST /hooks HTTP/1.1\r\nHost: shop\r\nContent-Length: " + body.length()
                            + "\r\n\r\n" + body)
                    .read();
            assertThat(got.status()).as(got.body()).isEqualTo(202);
        }
    }

    private static double released(TestGateway gateway) {
        return gateway.gateway()
                .metrics()
                .scrape("")
                .text()
                .lines()
                .filter(line -> line.startsWith("gateway_jobs_ended_total{how=\"released\",queue=\"webhooks\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    @Test
    void whatIsForwardedAtATimeFitsIntoTheMemory() throws Exception {
        long most = Runtime.getRuntime().maxMemory() / 8;
        int fit = (int) (most / LARGEST) + 1;
        int jobs = fit + 3;
        try (RawUpstream upstream = upstream();
                TestGateway gateway = gateway(upstream, "", "concurrency = 100")) {
            String body = "x".repeat(LARGEST);
            for (int i = 0; i < jobs; i++) {
                post(gateway, body);
            }
            for (int i = 1; i <= jobs; i++) {
                int first = Math.min(i, fit - 1);
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> begun.get() >= first);
                answers.release();
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> begun.get() == jobs && atWork.get() == 0);

            assertThat(mostAtWork.get()).isBetween(1, fit);
        }
    }

    @Test
    void anUpstreamWithoutAPlaceIsNotAskedAllTheTime() throws Exception {
        try (RawUpstream upstream = upstream();
                TestGateway gateway = gateway(upstream, "max_connections = 1", "concurrency = 8")) {
            for (int i = 0; i < 10; i++) {
                post(gateway, "{}");
            }
            long start = System.nanoTime();
            // Of eight one is at work, and seven are given back each time.
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> released(gateway) >= 56);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(600));

            answers.release(10);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> begun.get() == 10 && atWork.get() == 0);
            assertThat(mostAtWork).hasValue(1);
        }
    }
}
