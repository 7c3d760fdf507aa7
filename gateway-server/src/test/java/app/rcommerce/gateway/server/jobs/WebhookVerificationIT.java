package app.rcommerce.gateway.server.jobs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.webhook.Verification;
import app.rcommerce.gateway.webhook.WebhookScheme;
import app.rcommerce.gateway.webhook.WebhookSecret;
import app.rcommerce.gateway.webhook.WebhookSigner;
import app.rcommerce.gateway.webhook.WebhookVerifier;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks whose signatures are verified before they are stored, and deliveries that are signed. */
@Timeout(60)
@ExtendWith(Leaks.class)
class WebhookVerificationIT {

    /** A request as the upstream has got it. */
    private record Delivery(RawUpstream.Exchange exchange, String body) {
        String field(String name) {
            return exchange.field(name);
        }
    }

    private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";
    private static final String BROKEN = "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n";
    private static final String OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String NEW = "whsec_bmV3IHNlY3JldCB3aXRoIDI4IGJ5dGVzIGluIGl0";
    private static final String BODY = "{ \"id\" : \"evt_1\", \"amount\":1.10 }\n";

    private final BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
    private final AtomicReference<String> answer = new AtomicReference<>(OK);
    private RawUpstream upstream;
    private @Nullable TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(exchange -> {
            String body = exchange.content();
            String now = answer.get();
            delivered.add(new Delivery(exchange, body));
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

    private static String toml(int port, String queue, String route) {
        return """
                [server]
                listen = ["127.0.0.1:0"]
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                [queues.webhooks]
                retry = { first = "10ms" }
                %s
                [[routes]]
                name = "webhooks"
                path = "/hooks/{provider}"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                %s
                """.formatted(port, queue, route);
    }

    private void gateway(String queue, String route) throws IOException {
        gateway = TestGateway.start(toml(upstream.port(), queue, route));
    }

    private TestGateway running() {
        return Objects.requireNonNull(gateway);
    }

    private static String verify(String scheme, String... secrets) {
        return "verify = { scheme = \"%s\", secrets = [\"%s\"] }".formatted(scheme, String.join("\", \"", secrets));
    }

    private RawClient.Answer post(String body, List<String> fields) throws IOException {
        try (RawClient client = running().client()) {
            return client.send("POST /hooks/any HTTP/1.1\r\nHost: shop.example\r\nContent-Length: "
                            + body.getBytes(ISO_8859_1).length + "\r\n" + String.join("\r\n", fields)
                            + (fields.isEmpty() ? "" : "\r\n") + "\r\n" + body)
                    .read();
        }
    }

    private String accepted(String body, List<String> fields) throws IOException {
        RawClient.Answer got = post(body, fields);
        assertThat(got.status()).as(got.body()).isEqualTo(202);
        String id = got.body().replaceAll(".*\"job_id\":\"([^\"]*)\".*", "$1");
        assertThat(JobId.isId(id)).as(got.body()).isTrue();
        return id;
    }

    private void refused(String body, List<String> fields, String why) throws IOException {
        RawClient.Answer got = post(body, fields);

        assertThat(got.status()).as(got.body()).isEqualTo(401);
        assertThat(got.body())
                .contains("\"BAD_SIGNATURE\"", "\"The signature of the request does not hold.\"")
                .doesNotContain(why);
        assertThat(got.field("www-authenticate")).isEqualTo("Webhook-Signature realm=\"rcommerce\"");
        Awaitility.await()
                .untilAsserted(() -> assertThat(running().finished())
                        .anySatisfy(one -> assertThat(one.reason()).isEqualTo(new Reason.BadSignature(why))));
    }

    private void nothingIsStored(int refused) throws InterruptedException {
        assertThat(metric("gateway_jobs_requests_total{outcome=\"unverified\",queue=\"webhooks\"}"))
                .isEqualTo(refused);
        assertThat(metric("gateway_jobs_requests_total{outcome=\"accepted\",queue=\"webhooks\"}"))
                .isZero();
        assertThat(delivered.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    private Delivery delivery() throws InterruptedException {
        return Objects.requireNonNull(delivered.poll(10, TimeUnit.SECONDS), "nothing was delivered");
    }

    private double metric(String line) {
        return running()
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

    private static List<String> standard(String secret, String id, String body, Instant time) {
        return lines(new WebhookSigner(List.of(new WebhookSecret(secret)))
                .sign(id, body.getBytes(ISO_8859_1), time.toEpochMilli()));
    }

    private static List<String> standard(String secret, String body) {
        return standard(secret, "msg_1", body, Instant.now());
    }

    private static List<String> lines(List<Field> fields) {
        return fields.stream().map(field -> field.name() + ": " + field.value()).toList();
    }

    private static byte[] hmac(String secret, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(ISO_8859_1), "HmacSHA256"));
        return mac.doFinal(text.getBytes(ISO_8859_1));
    }

    private static void isSignedWith(String secret, Delivery got) {
        List<Field> fields = new ArrayList<>();
        got.exchange().head().lines().skip(1).filter(line -> line.contains(":")).forEach(line -> {
            int colon = line.indexOf(':');
            fields.add(new Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        });
        Verification found = new WebhookVerifier(
                        WebhookScheme.STANDARD_WEBHOOKS,
                        List.of(new WebhookSecret(secret)),
                        Duration.ofMinutes(1),
                        null)
                .verify(new FieldList(fields), got.body().getBytes(ISO_8859_1), System.currentTimeMillis());
        assertThat(found).isInstanceOf(Verification.Verified.class);
    }

    @Test
    void whoHasSentItIsTold() throws Exception {
        gateway("", verify("standard-webhooks", OLD));
        List<String> fields = new ArrayList<>(standard(OLD, BODY));
        fields.add("X-Gateway-Verified: stripe; at=2000-01-01T00:00:00Z");
        fields.add("X_Gateway_Verified: stripe; at=2000-01-01T00:00:00Z");

        Instant before = Instant.now().minusSeconds(1);
        accepted(BODY, fields);

        Delivery got = delivery();
        assertThat(got.body()).isEqualTo(BODY);
        String verified = got.field("X-Gateway-Verified");
        assertThat(verified).startsWith("standard-webhooks; at=");
        assertThat(Instant.parse(verified.substring("standard-webhooks; at=".length())))
                .isAfter(before);
        assertThat(got.exchange().head()).doesNotContain("2000-01-01");
        assertThat(got.field("webhook-id")).as("the sender's own stay").isEqualTo("msg_1");
    }

    @Test
    void nobodyIsToldOfWhereNothingIsVerified() throws Exception {
        gateway("", "");

        accepted(BODY, List.of("X-Gateway-Verified: stripe; at=2000-01-01T00:00:00Z"));

        assertThat(delivery().field("X-Gateway-Verified")).isEmpty();
    }

    @Test
    void aBadSignatureIsNotStored() throws Exception {
        gateway("", verify("standard-webhooks", OLD));
        String none = "no secret makes the signature of what was sent";

        refused(BODY, standard(NEW, BODY), none);
        refused(BODY, List.of(), "there is no webhook-id");
        nothingIsStored(2);

        accepted(BODY, standard(OLD, BODY));
        assertThat(delivery().body()).isEqualTo(BODY);
    }

    @Test
    void aReEncodedBodyIsNotWhatWasSigned() throws Exception {
        gateway("", verify("standard-webhooks", OLD));
        String none = "no secret makes the signature of what was sent";

        refused("{\"id\":\"evt_1\",\"amount\":1.1}", standard(OLD, BODY), none);
        refused("", standard(OLD, BODY), none);
        nothingIsStored(2);
    }

    @ParameterizedTest
    @CsvSource({"-P1D, 1d ago", "P1D, 1d ahead"})
    void whatWasSignedForAnotherTimeIsRefused(Duration away, String words) throws Exception {
        gateway("", verify("standard-webhooks", OLD));

        RawClient.Answer got =
                post(BODY, standard(OLD, "msg_1", BODY, Instant.now().plus(away)));

        assertThat(got.status()).isEqualTo(401);
        Awaitility.await().until(() -> !running().finished().isEmpty());
        assertThat(((Reason.BadSignature) Objects.requireNonNull(
                                running().finished().getLast().reason()))
                        .why())
                .startsWith("it is signed for a time ")
                .endsWith((words.endsWith("ago") ? " ago" : " ahead") + ", and the tolerance is 5m");
        nothingIsStored(1);
    }

    @Test
    void everyProviderIsUnderstood() throws Exception {
        String text = "\u0000\u00ff any bytes \r\n";
        long now = Instant.now().getEpochSecond();
        String hex = HexFormat.of().formatHex(hmac("s", text));
        String base64 = Base64.getEncoder().encodeToString(hmac("s", text));
        String stripe = "t=" + now + ",v1=" + HexFormat.of().formatHex(hmac("s", now + "." + text)) + ",v0=00";
        List<List<String>> all = List.of(
                List.of("stripe", "Stripe-Signature: " + stripe, ""),
                List.of("github", "X-Hub-Signature-256: sha256=" + hex, ""),
                List.of("shopify", "X-Shopify-Hmac-Sha256: " + base64, ""),
                List.of("hmac", "X-Signature: v0=" + hex, ", header = \"X-Signature\", prefix = \"v0=\""));
        for (List<String> one : all) {
            gateway("", "verify = { scheme = \"" + one.getFirst() + "\", secrets = [\"s\"]" + one.getLast() + " }");

            accepted(text, List.of(one.get(1)));

            Delivery got = delivery();
            assertThat(got.body()).isEqualTo(text);
            assertThat(got.field("X-Gateway-Verified")).startsWith(one.getFirst() + "; at=");
            assertThat(post(text + "x", List.of(one.get(1))).status()).isEqualTo(401);
            assertThat(post(text, List.of(one.get(1), one.get(1))).status())
                    .as("twice")
                    .isEqualTo(401);
            running().close();
        }
    }

    @Test
    void contentInChunksIsVerifiedAsAWhole() throws Exception {
        gateway("", verify("standard-webhooks", OLD));
        String fields = String.join("\r\n", standard(OLD, "abcde"));

        try (RawClient client = running().client()) {
            assertThat(client.send("POST /hooks/any HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n" + fields
                                    + "\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(202);
        }
        assertThat(delivery().body()).isEqualTo("abcde");
        accepted("", standard(OLD, ""));
        assertThat(delivery().body()).isEmpty();
    }

    @Test
    void aSecretIsChangedWithoutAGap() throws Exception {
        gateway("", verify("standard-webhooks", OLD));
        accepted("1", standard(OLD, "1"));

        running()
                .gateway()
                .reload(TestGateway.config(toml(upstream.port(), "", verify("standard-webhooks", NEW, OLD))));
        accepted("2", standard(OLD, "2"));
        accepted("3", standard(NEW, "3"));

        running().gateway().reload(TestGateway.config(toml(upstream.port(), "", verify("standard-webhooks", NEW))));
        accepted("4", standard(NEW, "4"));
        assertThat(post("5", standard(OLD, "5")).status()).isEqualTo(401);

        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            bodies.add(delivery().body());
        }
        assertThat(bodies).containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    void eachAttemptIsSignedAnewForTheSameJob() throws Exception {
        gateway("sign = { secret = \"" + NEW + "\" }", verify("standard-webhooks", OLD));
        answer.set(BROKEN);
        List<String> fields = new ArrayList<>(standard(OLD, "msg_theirs", BODY, Instant.now()));
        fields.add("Webhook_Signature: v1,theirs");

        String id = accepted(BODY, fields);

        Delivery first = delivery();
        answer.set(OK);
        Delivery second = delivery();
        for (Delivery got : List.of(first, second)) {
            assertThat(got.field("webhook-id")).isEqualTo(id).isEqualTo(got.field("Idempotency-Key"));
            assertThat(got.exchange().head()).doesNotContain("msg_theirs", "theirs");
            assertThat(got.field("X-Gateway-Verified")).startsWith("standard-webhooks; at=");
            isSignedWith(NEW, got);
        }
        assertThat(second.field("X-Gateway-Attempt")).isEqualTo("2");
        assertThat(Long.parseLong(second.field("webhook-timestamp")))
                .isGreaterThanOrEqualTo(Long.parseLong(first.field("webhook-timestamp")));
    }

    @Test
    void deliveriesAreSignedWithBothSecretsOfAChange() throws Exception {
        gateway("sign = { secret = [\"" + NEW + "\", \"" + OLD + "\"] }", "");

        accepted(BODY, List.of());

        Delivery got = delivery();
        assertThat(got.field("webhook-signature")).matches("v1,[^ ]{44} v1,[^ ]{44}");
        isSignedWith(OLD, got);
        isSignedWith(NEW, got);
    }

    @Test
    void withoutSignTheFieldsOfTheSenderStay() throws Exception {
        gateway("", "");

        accepted(BODY, List.of("Webhook-Id: msg_1", "Webhook-Timestamp: 1", "Webhook-Signature: v1,a v1,b"));

        Delivery got = delivery();
        assertThat(got.field("webhook-id")).isEqualTo("msg_1");
        assertThat(got.field("webhook-signature")).isEqualTo("v1,a v1,b");
    }
}
