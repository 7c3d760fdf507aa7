package app.rcommerce.gateway.server.protocol.http2.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {

    private final RequestFields fields = new RequestFields(5, 3);

    private void add(String name, String value) {
        fields.add(new AsciiString(name), new AsciiString(value));
    }

    @Test
    void pseudoFieldsAreKeptApart() {
        add(":method", "GET");
        add(":path", "/");
        add("x", "1");
        assertThat(fields.method()).hasToString("GET");
        assertThat(fields.path()).hasToString("/");
        assertThat(fields.authority()).isNull();
        assertThat(fields.fields().names()).containsExactly("x");
        assertThat(fields.fault()).isEmpty();
    }

    @Test
    void crumbsAreOneField() {
        add("cookie", "a=1");
        add("x", "1");
        add("cookie", "b=2");
        add("cookie", "c=3");
        assertThat(fields.fields().get("cookie")).isEqualTo("a=1; b=2; c=3");
        assertThat(fields.isTooMany()).isFalse();
        add("cookie", "d=4");
        assertThat(fields.isTooMany()).isTrue();
    }

    @Test
    void nothingIsKeptBeyondTheBound() {
        for (int i = 0; i < 1_000; i++) {
            add("x" + i, "v");
        }
        assertThat(fields.isTooMany()).isTrue();
        assertThat(fields.fields().size()).isEqualTo(5);
    }

    @Test
    void nothingIsKeptBehindAFault() {
        add("X", "1");
        String fault = fields.fault();
        add("y", "\r\n");
        add("z", "1");
        assertThat(fields.fault()).isNotEmpty().isEqualTo(fault);
        assertThat(fields.fields().contains("z")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1x", "+1", "1234567890123456789", " 1"})
    void aLengthIsANumber(String length) {
        add("content-length", length);
        assertThat(fields.fault()).isNotEmpty();
    }

    @Test
    void obsoleteTextAndTabsMayStandInValues() {
        add("x", "a\tb\u00e9");
        assertThat(fields.fault()).isEmpty();
        assertThat(fields.contentLength()).isEqualTo(-1);
    }
}
