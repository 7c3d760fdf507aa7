package app.rcommerce.gateway.server.proxy.idempotent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with idempotency keys and their repeats, with the Memory store. */
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource(names = {"HTTP_1_1", "HTTP_2_MANY_LOOPS"})
class IdempotencyIT {

    @Parameter
    ClientProtocol http;

    private final AtomicInteger served = new AtomicInteger();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Semaphore go = new Semaphore(0);
    private RawUpstream upstream;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(this::answer);
        gateway = http.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                trusted_proxies = ["127.0.0.0/8"]
                shutdown_grace = "2s"
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.u]
                servers = ["http://127.0.0.1:%d"]
                timeout = "5s"
                [upstreams.away]
                servers = ["http://127.0.0.1:1"]
                [[routes]]
                name = "pay"
                path = "/**"
                upstream = "u"
                idempotency = { max_answer = "2KB", max_request = "1KB", in_progress = "1s" }
                [[routes]]
                name = "day"
                path = "/day/**"
                upstream = "u"
                idempotency = "24h"
                [[routes]]
                name = "hasty"
                path = "/hasty/**"
                upstream = "u"
                max_request_time = "300ms"
                idempotency = { in_progress = "2s" }
                [[routes]]
                name = "must"
                path = "/must"
                upstream = "u"
                idempotency = { required = true }
                [[routes]]
                name = "away"
                path = "/away"
                upstream = "away"
                idempotency = "24h"
                """.formatted(upstream.port()));
    }

    @AfterEach
    void stop() throws Exception {
        go.release(100);
        gateway.close();
        upstream.close();
    }

    private void answer(RawUpstream.Exchange x) throws IOException, InterruptedException {
        bodies.add(x.content());
        int count = served.incrementAndGet();
        String path = x.line().split(" ")[1];
        if (path.contains("/wait")) {
            go.acquire();
        }
        if (path.contains("/halves")) {
            x.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
            go.acquire();
            x.send("half");
        } else if (path.contains("/fail")) {
            x.send("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
        } else if (path.contains("/large")) {
            x.ok("x".repeat(3_000));
        } else if (path.contains("/many-chunks")) {
            x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + ("3e8\r\n" + "x".repeat(1_000) + "\r\n").repeat(3) + "0\r\n\r\n");
        } else if (path.contains("/chunks")) {
            x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Count: " + count
                    + "\r\n\r\n3\r\npai\r\n2\r\nd!\r\n0\r\n\r\n");
        } else if (path.contains("/empty")) {
            x.send("HTTP/1.1 204 No Content\r\nX-Count: " + count + "\r\n\r\n");
        } else if (path.contains("/reset")) {
            x.send("HTTP/1.1 205 Reset Content\r\nContent-Length: 4\r\nX-Count: " + count + "\r\n\r\nform");
        } else if (path.contains("/nothing")) {
            x.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\nX-Count: " + count + "\r\n\r\n");
        } else if (path.contains("/broken")) {
            x.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npai");
            x.socket().close();
        } else if (path.contains("/lost")) {
            x.socket().close();
        } else {
            x.send(
                    "HTTP/1.1 201 Created\r\nContent-Length: 6\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\nLocation: /orders/"
                            + count
                            + "\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Request-Id: theirs\r\nAge: 3\r\n\r\npaid "
                            + count);
        }
    }

    private static String request(String path, String body, String... fields) {
        StringBuilder text = new StringBuilder(
                "POST " + path + " HTTP/1.1\r\nHost: shop.test\r\nContent-Length: " + body.length() + "\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return text.append("\r\n").append(body).toString();
    }

    private RawClient.Answer post(String path, String body, String... fields) throws IOException {
        return sent(request(path, body, fields));
    }

    private RawClient.Answer sent(String text) throws IOException {
        try (RawClient client = gateway.client()) {
            return client.send(text).read();
        }
    }

    private static String key(String key) {
        return "Idempotency-Key: " + key;
    }

    private static void assertReplayed(RawClient.Answer answer, int status, String body) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.field("idempotent-replayed")).isEqualTo("true");
    }

    private static void assertError(RawClient.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains('"' + code + '"');
        assertThat(answer.field("idempotent-replayed")).isNull();
    }

    private static List<String> values(RawClient.Answer answer, String name) {
        return answer.fields().stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .toList();
    }

    private double counted(String route, String outcome) {
        String series = "gateway_idempotency_total{outcome=\"" + outcome + "\",route=\"" + route + "\"} ";
        return gateway.gateway()
                .metrics()
                .scrape("")
                .text()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .findFirst()
                .orElse(Double.NaN);
    }

    @Test
    void aRepeatGetsTheFirstAnswer() throws Exception {
        RawClient.Answer first = post("/day/pay?a=1", "five", key("k"));
        RawClient.Answer again = post("/day/pay?a=1", "five", key("k"));

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.field("idempotent-replayed")).isNull();
        assertReplayed(again, 201, "paid 1");
        for (String name : List.of("date", "location", "set-cookie")) {
            assertThat(values(again, name)).as(name).isNotEmpty().isEqualTo(values(first, name));
        }
        assertThat(values(again, "x-request-id"))
                .hasSize(1)
                .doesNotContain("theirs")
                .doesNotContainAnyElementsOf(values(first, "x-request-id"));
        assertThat(values(again, "age")).isEmpty();
        assertThat(values(again, "content-length")).hasSizeLessThanOrEqualTo(1);
        assertThat(bodies).containsExactly("five");
        assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT)).contains("\r\nidempotency-key: k\r\n");
    }

    @Test
    void theSameTextInQuotationMarksIsTheSameKey() throws Exception {
        post("/pay", "five", key("k-1"));

        assertReplayed(post("/pay", "five", key("\"k-1\"")), 201, "paid 1");
    }

    @Test
    void everyCallerAndEveryKeyIsApart() throws Exception {
        post("/pay", "five", key("k"), "X-Forwarded-For: 192.0.2.1");

        assertThat(post("/pay", "five", key("k"), "X-Forwarded-For: 192.0.2.2").body())
                .isEqualTo("paid 2");
        assertThat(post("/pay", "five", key("l"), "X-Forwarded-For: 192.0.2.1").body())
                .isEqualTo("paid 3");
        assertThat(post("/day/pay", "five", key("k"), "X-Forwarded-For: 192.0.2.1")
                        .body())
                .isEqualTo("paid 4");
        assertReplayed(post("/pay", "five", key("k"), "X-Forwarded-For: 192.0.2.1"), 201, "paid 1");
    }

    @Test
    void aRepeatOfWhatIsUnderWayIsRefusedUntilItIsAnswered() throws Exception {
        try (RawClient first = gateway.client()) {
            first.send(request("/day/wait", "five", key("k")));
            await().until(() -> served.get() == 1);

            RawClient.Answer beside = post("/day/wait", "five", key("k"));
            assertError(beside, 409, "IDEMPOTENCY_KEY_IN_PROGRESS");
            assertThat(beside.field("retry-after")).isEqualTo("1");

            go.release();
            assertThat(first.read().body()).isEqualTo("paid 1");
        }
        assertReplayed(post("/day/wait", "five", key("k")), 201, "paid 1");
    }

    @Test
    void anotherRequestWithTheSameKeyIsRefused() throws Exception {
        post("/pay", "five", key("k"));

        assertError(post("/pay", "six", key("k")), 422, "IDEMPOTENCY_KEY_REUSED");
        assertError(post("/pay?a=1", "five", key("k")), 422, "IDEMPOTENCY_KEY_REUSED");
        assertError(
                sent(request("/pay", "five", key("k")).replace("shop.test", "other.test")),
                422,
                "IDEMPOTENCY_KEY_REUSED");
        assertReplayed(sent(request("/pay", "five", key("k")).replace("shop.test", "Shop.test:81")), 201, "paid 1");
        assertError(sent(request("/pay", "five", key("k")).replace("POST", "PATCH")), 422, "IDEMPOTENCY_KEY_REUSED");
        assertThat(served).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Idempotency-Key: a b",
                "Idempotency-Key: \"a",
                "Idempotency-Key: a\r\nIdempotency-Key: a",
                "LONG"
            })
    void whatIsNoKeyIsRefused(String fields) throws Exception {
        RawClient.Answer answer = post("/pay", "five", fields.equals("LONG") ? key("k".repeat(256)) : fields);

        assertError(answer, 400, "IDEMPOTENCY_KEY_INVALID");
        assertThat(served).hasValue(0);
    }

    @Test
    void aRouteMayRequireAKey() throws Exception {
        assertError(post("/must", "five"), 400, "IDEMPOTENCY_KEY_MISSING");
        assertThat(sent("GET /must HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(201);
        assertThat(post("/must", "five", key("k")).body()).isEqualTo("paid 2");
        assertReplayed(post("/must", "five", key("k")), 201, "paid 2");
    }

    @Test
    void withAKeyContentIsBounded() throws Exception {
        String large = "x".repeat(1_025);

        RawClient.Answer refused = post("/pay", large, key("k"));
        assertError(refused, 413, "PAYLOAD_TOO_LARGE");
        assertThat(refused.body()).contains("with an Idempotency-Key is larger than 1024 bytes");
        assertThat(served).hasValue(0);

        assertThat(post("/pay", large).status()).isEqualTo(201);
        assertThat(post("/pay", large.substring(1), key("k")).status()).isEqualTo(201);
        assertThat(bodies).containsExactly(large, large.substring(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/large", "/many-chunks"})
    void anAnswerThatIsTooLargeIsPassedOnAndNotKept(String path) throws Exception {
        for (int i = 1; i <= 2; i++) {
            RawClient.Answer answer = post(path, "five", key("k"));
            assertThat(answer.body()).isEqualTo("x".repeat(3_000));
            assertThat(answer.field("idempotent-replayed")).isNull();
            assertThat(served).hasValue(i);
        }
        assertThat(counted("pay", "too_large")).isEqualTo(2);
        assertNothingIsReserved();
    }

    @Test
    void aServersErrorIsPassedOnAndNotKept() throws Exception {
        for (int i = 1; i <= 2; i++) {
            RawClient.Answer answer = post("/fail", "five", key("k"));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("busy");
            assertThat(served).hasValue(i);
        }
        assertThat(counted("pay", "server_error")).isEqualTo(2);
    }

    @Test
    void aRequestThatNoServerHasSeenLeavesItsKeyFree() throws Exception {
        for (int i = 1; i <= 2; i++) {
            assertError(post("/away", "five", key("k")), 502, "UPSTREAM_UNREACHABLE");
        }
        assertThat(counted("away", "released")).isEqualTo(2);
        assertNothingIsReserved();
    }

    @Test
    void anAnswerThatIsBrokenOffLeavesTheKeyFree() throws Exception {
        for (int i = 1; i <= 2; i++) {
            try (RawClient client = gateway.client()) {
                client.send(request("/day/broken", "five", key("k")));
                int times = i;
                await().until(() -> counted("day", "released") == times);
            }
            assertThat(served).hasValue(i);
        }
    }

    @Test
    void aKeyWhoseAnswerNobodyKnowsIsFreeAfterATime() throws Exception {
        assertError(post("/lost", "five", key("k")), 502, "UPSTREAM_ERROR");
        assertError(post("/lost", "five", key("k")), 409, "IDEMPOTENCY_KEY_IN_PROGRESS");
        assertThat(served).hasValue(1);

        await().until(() -> post("/lost", "five", key("k")).status() == 502);
        assertThat(served).hasValue(2);
        assertThat(counted("pay", "unknown")).isEqualTo(2);
    }

    @Test
    void whatIsGivenUpWhileTheServerMayBeAtWorkKeepsItsKeyForATime() throws Exception {
        assertError(post("/hasty/wait", "five", key("k")), 504, "UPSTREAM_TIMEOUT");
        assertError(post("/hasty/wait", "five", key("k")), 409, "IDEMPOTENCY_KEY_IN_PROGRESS");
        assertThat(counted("hasty", "unknown")).isEqualTo(1);

        go.release(2);
        await().until(() -> post("/hasty/wait", "five", key("k")).status() == 201);
        assertNothingIsReserved();
    }

    @Test
    void anAnswerIsPassedOnAsItComes() throws Exception {
        try (RawClient first = gateway.client()) {
            first.send(request("/day/halves", "five", key("k")));
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf("half") < 0) {
                seen.append((char) first.stream().read());
            }
            go.release();
            while (seen.indexOf("halfhalf") < 0 && seen.lastIndexOf("half") == seen.indexOf("half")) {
                seen.append((char) first.stream().read());
            }
        }
        assertReplayed(post("/day/halves", "five", key("k")), 200, "halfhalf");
        assertThat(served).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chunks", "/empty", "/nothing", "/reset"})
    void answersOfEveryFramingAreKept(String path) throws Exception {
        RawClient.Answer first = post("/day" + path, "", key("k"));
        RawClient.Answer again = post("/day" + path, "", key("k"));

        assertThat(first.field("x-count")).isEqualTo("1");
        assertThat(again.status()).isEqualTo(first.status());
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.field("x-count")).isEqualTo("1");
        assertThat(again.field("idempotent-replayed")).isEqualTo("true");
    }

    /** Its length would else be taken from the answer behind it. */
    @Test
    void anAnswerThatHasNoContentIsRepeatedWithoutAny() throws Exception {
        post("/day/reset", "", key("k"));
        try (RawClient client = gateway.client()) {
            RawClient.Answer again =
                    client.send(request("/day/reset", "", key("k"))).read();
            RawClient.Answer next =
                    client.send(request("/day/pay", "", key("other"))).read();

            assertReplayed(again, 205, "");
            assertThat(again.field("content-length")).isEqualTo("0");
            assertThat(next.body()).isEqualTo("paid 2");
        }
    }

    @Test
    void chunkedContentIsTheSameAsContentOfALength() throws Exception {
        String chunked = "POST /pay HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n" + key("k")
                + "\r\n\r\n2\r\nfi\r\n2\r\nve\r\n0\r\n\r\n";

        assertThat(sent(chunked).body()).isEqualTo("paid 1");
        assertReplayed(post("/pay", "five", key("k")), 201, "paid 1");
        assertReplayed(sent(chunked), 201, "paid 1");
        assertThat(bodies).containsExactly("five");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void otherMethodsPass(String method) throws Exception {
        for (int i = 1; i <= 2; i++) {
            RawClient.Answer answer = sent(request("/pay", "", key("k")).replace("POST", method));
            assertThat(answer.body()).isEqualTo("paid " + i);
        }
        assertThat(counted("pay", "forwarded")).isZero();
    }

    @Test
    void headsPass() throws Exception {
        try (RawClient client = gateway.client()) {
            for (int i = 1; i <= 2; i++) {
                client.send(request("/empty", "", key("k")).replace("POST", "HEAD"));
                assertThat(client.read(true).field("x-count")).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void repeatsThatAreSentAheadGetTheFirstAnswer() throws Exception {
        http.onlyInHttp11("requests one behind the other");
        try (RawClient client = gateway.client()) {
            client.send(request("/pay", "five", key("k")).repeat(3));

            assertThat(client.read().body()).isEqualTo("paid 1");
            assertReplayed(client.read(), 201, "paid 1");
            assertReplayed(client.read(), 201, "paid 1");
        }
        assertThat(served).hasValue(1);
    }

    @Test
    void theAnswerToAClientThatHasLeftIsKept() throws Exception {
        try (RawClient first = gateway.client()) {
            first.send(request("/day/wait", "five", key("k")));
            await().until(() -> served.get() == 1);
        }
        await().until(() -> gateway.openConnections() == 0);
        assertError(post("/day/wait", "five", key("k")), 409, "IDEMPOTENCY_KEY_IN_PROGRESS");

        go.release();
        await().until(() -> counted("day", "kept") == 1);
        assertReplayed(post("/day/wait", "five", key("k")), 201, "paid 1");
        assertThat(served).hasValue(1);
        assertNothingIsReserved();
    }

    @Test
    void aClientThatLeavesBeforeItHasSentEverythingLeavesTheKeyFree() throws Exception {
        try (RawClient first = gateway.client()) {
            first.send(request("/pay", "five", key("k")).replace("five", "fi"));
            await().until(() -> gateway.openConnections() == 1);
        }
        await().until(() -> gateway.finished().size() == 1);

        assertThat(post("/pay", "five", key("k")).body()).isEqualTo("paid 1");
        assertNothingIsReserved();
    }

    @Test
    void whoWaitsForLeaveGetsIt() throws Exception {
        try (RawClient client = gateway.client()) {
            String text = request("/pay", "five", key("k"), "Expect: 100-continue");
            client.send(text.substring(0, text.length() - 4));
            assertThat(client.read().status()).isEqualTo(100);
            client.send("five");
            assertThat(client.read().body()).isEqualTo("paid 1");
        }
        assertThat(upstream.heads().getFirst().toLowerCase(Locale.ROOT)).doesNotContain("expect:");
        assertReplayed(post("/pay", "five", key("k")), 201, "paid 1");
    }

    @Test
    void ofManyAtOnceOneIsForwarded() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(gateway.client().send(request("/day/wait", "five", key("k"))));
        }
        await().until(() -> counted("day", "in_progress") == 19);
        go.release();
        int paid = 0;
        for (RawClient client : clients) {
            paid += client.read().status() == 201 ? 1 : 0;
            client.close();
        }
        assertThat(paid).isEqualTo(1);
        assertThat(served).hasValue(1);
    }

    @Test
    void everyOutcomeIsAtZeroFromTheStart() {
        for (String outcome : Stream.of(
                        "forwarded",
                        "replayed",
                        "in_progress",
                        "other_request",
                        "malformed",
                        "missing",
                        "unchecked",
                        "kept",
                        "server_error",
                        "too_large",
                        "released",
                        "unknown",
                        "unstored")
                .toList()) {
            assertThat(counted("pay", outcome)).as(outcome).isZero();
        }
    }

    private void assertNothingIsReserved() {
        await().untilAsserted(() -> assertThat(gateway.gateway()
                        .metrics()
                        .scrape("")
                        .text()
                        .lines()
                        .filter(line -> line.startsWith("gateway_memory_reserved_bytes{use=\"idempotency\"}")))
                .containsExactly("gateway_memory_reserved_bytes{use=\"idempotency\"} 0.0"));
    }
}
