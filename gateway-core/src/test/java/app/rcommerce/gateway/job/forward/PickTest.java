package app.rcommerce.gateway.job.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.job.JobForm;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickTest {

    private static @Nullable String id(String content, Charset charset) {
        Pick pick = Objects.requireNonNull(Pick.parse("json:/id"));
        return pick.from(new FieldList(List.of()), JobForm.read(content.getBytes(charset)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.1234567890123456789, 0.1234567890123456788",
        "1e400, 1e999",
        "12345678901234567890123, 12345678901234567890124",
        "1.5, 1.25"
    })
    void numbersThatAreNotTheSameNameNotTheSame(String one, String other) {
        assertThat(id("{\"id\":" + one + "}", ISO_8859_1))
                .isNotNull()
                .isNotEqualTo(id("{\"id\":" + other + "}", ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[{\"id\":1}]",
                "{\"id\":null}",
                "{\"id\":\"\"}",
                "{\"id\":[1]}",
                "{\"id\":{}}",
                "{\"id\":1",
                // Bytes that are no UTF-8: two such must not be one.
                "{\"id\":\"\u00ff\"}"
            })
    void whatHasNoNameHasNone(String content) {
        assertThat(id(content, ISO_8859_1)).isNull();
    }

    @Test
    void aLongValueIsNoName() {
        assertThat(id("{\"id\":\"" + "x".repeat(512) + "\"}", ISO_8859_1)).hasSize(512);
        assertThat(id("{\"id\":\"" + "x".repeat(513) + "\"}", ISO_8859_1)).isNull();
    }

    @Test
    void otherFormsOfUnicodeAreReadToo() {
        assertThat(id("{\"id\":\"evt_1\"}", UTF_16BE)).isEqualTo("evt_1");
    }
}
