package app.rcommerce.gateway.job.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.Priority;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredRequestTest {

    private static StoredRequest again(StoredRequest request) {
        String text = JobForm.write(JobId.next(1), JobForm.WEBHOOK, "webhooks", Priority.HIGH, 1_000, 30, request);
        return Objects.requireNonNull(StoredRequest.read(Objects.requireNonNull(JobForm.read(text))));
    }

    private static @Nullable StoredRequest read(String payload) {
        return StoredRequest.read(Objects.requireNonNull(JobForm.read("{\"payload\":" + payload + "}")));
    }

    @Test
    void whatIsWrittenIsRead() {
        StoredRequest request = new StoredRequest(
                "webhooks",
                "POST",
                "/a?b=%2F&c=\"'",
                List.of(new Field("X-A", "1"), new Field("X-A", "é\t2"), new Field("Host", "shop")),
                "{ \"id\" : \"é\\u0000\" }".getBytes(UTF_8),
                "stripe; at=2026-01-01T00:00:00Z");

        StoredRequest read = again(request);

        assertThat(read.target()).isEqualTo(request.target());
        assertThat(read.method()).isEqualTo("POST");
        assertThat(read.fields()).isEqualTo(request.fields());
        assertThat(read.body()).isEqualTo(request.body());
        assertThat(read.verified()).isEqualTo(request.verified());
        assertThat(read.route()).isEqualTo("webhooks");
    }

    @Test
    void everyContentComesBackByteForByte() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] body = new byte[random.nextInt(64)];
            random.nextBytes(body);
            if (i % 2 == 0) {
                body = new String(body, UTF_8).getBytes(UTF_8);
            }
            assertThat(again(new StoredRequest("", "PUT", "/", List.of(), body, ""))
                            .body())
                    .isEqualTo(body);
        }
    }

    @Test
    void whatOthersHavePutThereNeedsATargetAlone() {
        StoredRequest read = Objects.requireNonNull(read("{\"target\":\"/sync\",\"body\":{\"a\":[1,2]}}"));

        assertThat(read.method()).isEqualTo("POST");
        assertThat(new String(read.body(), UTF_8)).isEqualTo("{\"a\":[1,2]}");
        assertThat(read.fields()).containsExactly(new Field("content-type", "application/json"));
        assertThat(Objects.requireNonNull(read("{\"target\":\"/sync\"}")).body())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "1",
                "[]",
                "{}",
                "{\"target\":1}",
                "{\"target\":\"sync\"}",
                "{\"target\":\"http://elsewhere/\"}",
                "{\"target\":\"/a b\"}",
                "{\"target\":\"/a\\r\\nX: 1\"}",
                "{\"target\":\"/\",\"method\":\"GET X\"}",
                "{\"target\":\"/\",\"method\":\"CONNECT\"}",
                "{\"target\":\"/\",\"body_base64\":\"*\"}"
            })
    void whatIsNoRequestIsNone(String payload) {
        assertThat(read(payload)).isNull();
    }

    @Test
    void aFieldThatWouldBreakTheMessageIsLeftOut() {
        StoredRequest read = Objects.requireNonNull(
                read(
                        "{\"target\":\"/\",\"fields\":[[\"X A\",\"1\"],[\"X-B\",\"1\\r\\nX-C: 2\"],[\"X-D\",\"4\"],[],\"x\",[\"\",\"5\"]]}"));

        assertThat(read.fields()).containsExactly(new Field("X-D", "4"));
    }

    @Test
    void fieldsThatFrameAMessageAreLeftOut() {
        StoredRequest read = Objects.requireNonNull(read("""
                {"target":"/","body":"hello","fields":[["Transfer-Encoding","chunked"],["Content-Length","500"],
                ["transfer_encoding","chunked"],["Connection","x-a"],["Upgrade","websocket"],["Expect","100-continue"],
                ["TE","trailers"],["Trailer","X-T"],["Host","a"],["Host","b"],["X-A","1"]]}"""));

        assertThat(read.fields()).containsExactly(new Field("Host", "a"), new Field("X-A", "1"));
    }

    @Test
    void spaceAroundAValueIsNoPartOfIt() {
        StoredRequest read = Objects.requireNonNull(
                read("{\"target\":\"/\",\"fields\":[[\"X-A\",\" \\t1 2\\t \"],[\"X-B\",\"  \"]]}"));

        assertThat(read.fields()).containsExactly(new Field("X-A", "1 2"), new Field("X-B", ""));
    }

    @Test
    void whateverTheGatewayTakesIsUnderstood() {
        StoredRequest request = new StoredRequest(
                "webhooks",
                "POST",
                "/" + "a".repeat((1 << 20) - 1),
                List.of(new Field("X-" + "n".repeat(16_000), "1")),
                new byte[0],
                "");

        assertThat(again(request).target()).isEqualTo(request.target());
        assertThat(again(request).fields()).isEqualTo(request.fields());
    }

    @Test
    void whatIsKeptIsAThirdLongerThanTheContentAtMost() {
        for (String character : List.of("\u0001", "\"", "\\", "\n", "\u001f\"", "a", "é", "a\"")) {
            byte[] body = character.repeat(30_000).getBytes(UTF_8);
            StoredRequest request = new StoredRequest("", "POST", "/", List.of(), body, "");
            String text = JobForm.write(JobId.next(1), JobForm.WEBHOOK, "q", Priority.HIGH, 1_000, 30, request);

            assertThat(text.getBytes(UTF_8).length).as(character).isLessThan(body.length * 4 / 3 + 1_000);
            assertThat(again(request).body()).isEqualTo(body);
        }
    }
}
