package app.rcommerce.gateway.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Traffic;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AccessLogTest {

    private static final Finished.Protocol HTTP = new Finished.Protocol("http/1.1", "", "");

    /** Keeps lines; stands still while told to. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        final List<String> lines = new CopyOnWriteArrayList<>();
        volatile CountDownLatch gate = new CountDownLatch(0);
        final CountDownLatch reached = new CountDownLatch(1);

        @Override
        protected void append(ILoggingEvent event) {
            reached.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lines.add(event.getFormattedMessage());
        }
    }

    private final Lines lines = new Lines();
    private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
    private boolean additive;

    @BeforeEach
    void capture() {
        additive = logger.isAdditive();
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        logger.detachAppender("access");
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void release() {
        logger.detachAppender(lines);
        logger.setAdditive(additive);
    }

    private static Finished request(String id) {
        return new Finished(
                1_767_225_600_007L,
                1_234_567,
                new Finished.Upstream("shop:80", 1, 0, 1_000_400),
                id,
                "203.0.113.9",
                HTTP,
                "GET",
                "shop.example",
                "/p/\u00e9\n\"{}",
                "products",
                200,
                "",
                "user:42",
                "uri-miss",
                "",
                "",
                null,
                0,
                5120);
    }

    @Test
    void asTextEachRequestIsALineOfTheCombinedFormatAndMore() {
        try (AccessLog log = AccessLog.start()) {
            log.setText(true);
            log.finished(request("req_1"));
        }
        assertThat(lines.lines)
                .containsExactly("203.0.113.9 - user:42 [01/Jan/2026:00:00:00 +0000]"
                        + " \"GET /p/\\xc3\\xa9\\x0a\\x22{} HTTP/1.1\" 200 5120 \"-\" \"-\""
                        + " request_id=req_1 duration_ms=1.234 server=shop:80 upstream_ms=1.000 host=shop.example route=products"
                        + " cache=uri-miss protocol=http/1.1 bytes_in=0");
    }

    @Test
    void asTextWhatWasRefusedBeforeItWasARequestHasHyphens() {
        String line = new CombinedLine()
                .of(new Finished(
                        1_767_225_600_007L,
                        0,
                        null,
                        "req_2",
                        "203.0.113.9",
                        HTTP,
                        "",
                        "",
                        "",
                        "",
                        400,
                        "BAD_REQUEST",
                        "",
                        "",
                        "",
                        "client_protocol",
                        null,
                        0,
                        99));

        assertThat(line)
                .isEqualTo(
                        "203.0.113.9 - - [01/Jan/2026:00:00:00 +0000] \"-\" 400 99 \"-\" \"-\""
                                + " request_id=req_2 duration_ms=0.000 code=BAD_REQUEST protocol=http/1.1 failure=client_protocol bytes_in=0");
    }

    @Test
    void bothFormatsSayWhyARequestWasRefused() {
        Finished refused = new Finished(
                1_767_225_600_007L,
                0,
                null,
                "req_3",
                "203.0.113.9",
                HTTP,
                "GET",
                "shop.example",
                "/p",
                "products",
                429,
                "RATE_LIMIT_EXCEEDED",
                "",
                "",
                "",
                "",
                new Reason.OverLimit(
                        "anonymous", "minute", Identifier.ip("203.0.113.9"), Reason.Counted.LEASED, 60, 0, 56_100),
                0,
                99);
        assertThat(new CombinedLine().of(refused))
                .contains(" limit=anonymous window=minute key=ip:203.0.113.9 counted=leased quota=60 remaining=0"
                        + " retry_after=57 ");
        assertThat(AccessLine.ascii().of(refused))
                .contains("\"limit\":\"anonymous\",\"window\":\"minute\",\"key\":\"ip:203.0.113.9\","
                        + "\"counted\":\"leased\",\"quota\":60,\"remaining\":0,\"retry_after\":57,");
    }

    @Test
    void eachRequestIsOneLineOfJson() {
        try (AccessLog log = AccessLog.start()) {
            log.finished(request("req_1"));
        }
        assertThat(lines.lines).hasSize(1);
        assertThat(lines.lines.getFirst()).doesNotContain("\n");
        JsonNode line = JsonMapper.builder().build().readTree(lines.lines.getFirst());
        assertThat(line.propertyNames())
                .containsExactly(
                        "time",
                        "request_id",
                        "client",
                        "method",
                        "host",
                        "path",
                        "route",
                        "status",
                        "caller",
                        "cache",
                        "protocol",
                        "duration_ms",
                        "server",
                        "upstream_ms",
                        "bytes_in",
                        "bytes_out");
        assertThat(line.get("time").stringValue()).isEqualTo("2026-01-01T00:00:00.007Z");
        assertThat(line.get("request_id").stringValue()).isEqualTo("req_1");
        assertThat(line.get("path").stringValue()).isEqualTo("/p/\u00e9\n\"{}");
        assertThat(line.get("status").intValue()).isEqualTo(200);
        assertThat(lines.lines.getFirst())
                .contains("\"duration_ms\":1.234,\"server\":\"shop:80\",\"upstream_ms\":1.000,");
        assertThat(line.get("bytes_out").longValue()).isEqualTo(5120);
    }

    @Test
    void whatIsEmptyIsLeftOut() {
        try (AccessLog log = AccessLog.start()) {
            log.finished(new Finished(
                    0,
                    0,
                    null,
                    "req_2",
                    "203.0.113.9",
                    HTTP,
                    "",
                    "",
                    "",
                    "",
                    400,
                    "BAD_REQUEST",
                    "",
                    "",
                    "",
                    "client_protocol",
                    null,
                    0,
                    9));
        }
        assertThat(lines.lines)
                .containsExactly(
                        "{\"time\":\"1970-01-01T00:00:00.000Z\",\"request_id\":\"req_2\",\"client\":\"203.0.113.9\","
                                + "\"status\":400,\"code\":\"BAD_REQUEST\",\"protocol\":\"http/1.1\",\"duration_ms\":0.000,\"failure\":\"client_protocol\","
                                + "\"bytes_in\":0,\"bytes_out\":9}");
    }

    @Test
    void aLogThatCannotKeepUpGivesLinesUpAndNeverWaits() throws InterruptedException {
        lines.gate = new CountDownLatch(1);
        AccessLog log = AccessLog.start(4);
        log.finished(request("first"));
        assertThat(lines.reached.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 10; i++) {
            log.finished(request("req_" + i));
        }
        assertThat(log.dropped()).isEqualTo(6);
        lines.gate.countDown();
        log.close();
        assertThat(lines.lines).hasSize(5);
        assertThat(log.writer()).isNull();
    }

    /** A sleep without a time limit is a state that a pause is not. */
    @Test
    void whileNothingComesTheWriterSleepsAndTheNextRequestWakesIt() {
        try (AccessLog log = AccessLog.start()) {
            for (int i = 1; i <= 3; i++) {
                await().until(() -> Objects.requireNonNull(log.writer()).getState() == Thread.State.WAITING);
                log.finished(request("req_" + i));
                int written = i;
                await().until(() -> lines.lines.size() == written);
            }
        }
    }

    /** From sleep to sleep by many threads: a request that finds the writer falling asleep is written all the same. */
    @Test
    void noneIsLeftWaitingWhenTheWriterFallsAsleep() throws InterruptedException {
        AtomicInteger handedOver = new AtomicInteger();
        try (AccessLog log = AccessLog.start()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int first = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    Random random = new Random(first);
                    for (int i = 0; i < 40; i++) {
                        // About as long as it takes until the writer sleeps.
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30 + random.nextInt(30)));
                        log.finished(request("req"));
                        handedOver.incrementAndGet();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            await().until(() -> lines.lines.size() == handedOver.get());
        }
    }

    @Test
    void aCloseWritesWhatWaitsAndLaterRequestsAreCountedAsLost() {
        AccessLog log = AccessLog.start();
        for (int i = 0; i < 1000; i++) {
            log.finished(request("req_" + i));
        }
        log.close();
        log.finished(request("late"));
        assertThat(lines.lines).hasSize(1000);
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void aLogThatIsTurnedOffIsSilent() {
        try (AccessLog log = AccessLog.start()) {
            log.setEnabled(false);
            log.finished(request("req_1"));
            assertThat(log.dropped()).isZero();
        }
        assertThat(lines.lines).isEmpty();
    }

    @Test
    void listenersAreToldInOrder() {
        List<String> told = new ArrayList<>();
        record Named(String name, List<String> told) implements Traffic {
            @Override
            public void finished(Finished finished) {
                told.add(name + " finished " + finished.requestId());
            }

            @Override
            public void connectionOpened() {
                told.add(name + " opened");
            }

            @Override
            public void connectionClosed() {
                told.add(name + " closed");
            }
        }
        Traffic traffic = new TrafficListeners(List.of(new Named("a", told), new Named("b", told)));
        traffic.connectionOpened();
        traffic.finished(request("req_1"));
        traffic.connectionClosed();
        assertThat(told)
                .containsExactly(
                        "a opened", "b opened", "a finished req_1", "b finished req_1", "a closed", "b closed");
    }
}
