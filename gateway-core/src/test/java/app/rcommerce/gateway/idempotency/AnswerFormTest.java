package app.rcommerce.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFormTest {

    private static final Reply ANSWER = new Reply(
            201,
            List.of(new Field("Location", "/orders/1"), new Field("X-Empty", ""), new Field("X-Name", "\u00e9\u20ac")),
            new byte[] {0, 1, -1, 'a'});

    @Test
    void anAnswerIsReadAsItWasWritten() {
        Reply read = Objects.requireNonNull(AnswerForm.read(AnswerForm.write(ANSWER)));

        assertThat(read.status()).isEqualTo(201);
        assertThat(read.fields()).isEqualTo(ANSWER.fields());
        assertThat(read.body()).isEqualTo(ANSWER.body());
    }

    @Test
    void whatIsCutOffWithinTheFieldsIsNone() {
        byte[] whole = AnswerForm.write(ANSWER);
        for (int length = 0; length < whole.length - ANSWER.body().length; length++) {
            assertThat(AnswerForm.read(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isNull();
        }
    }

    @Test
    void nothingThatIsReadThrows() {
        Random random = new Random(7);
        byte[] whole = AnswerForm.write(ANSWER);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            AnswerForm.read(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"content-type", "location", "date", "set-cookie", "etag", "x-order", "strict-transport-security"
            })
    void fieldsOfTheAnswerAreKept(String name) {
        assertThat(AnswerForm.isKept(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "age",
                "connection",
                "content-length",
                "transfer-encoding",
                "x-request-id",
                "ratelimit",
                "x-ratelimit-remaining",
                "keep-alive",
                "trailer"
            })
    void fieldsOfOneDeliveryAreNot(String name) {
        assertThat(AnswerForm.isKept(name)).isFalse();
    }
}
