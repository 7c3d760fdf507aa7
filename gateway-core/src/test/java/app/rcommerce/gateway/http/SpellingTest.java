package app.rcommerce.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a/b, /a/b",
        "/a;x=1/b, /a/b",
        "/a;/b, /a/b",
        "/a;x=1;y=2, /a",
        "/a/;x=1, /a/",
        "/;x/a, /a",
        "/;x, /",
        "/a/;x/b, /a/b",
        "/a;x=1/, /a/",
        "/a%3Ab, /a:b",
        "/a%40%24%3D, /a@$=",
        "/a%3Bb, /a%3Bb",
        "/a%2Fb, /a%2Fb",
        "/a%25b, /a%25b",
        "/a%20b, /a%20b",
        "/caf%C3%A9, /caf%C3%A9",
        "/a;%3A/b%3A;c, /a/b:",
    })
    void parametersAndNeedlessEscapesMakeNoDifference(String path, String matched) {
        assertThat(Paths.parse(path).matched()).isEqualTo(matched);
        assertThat(Paths.parse(path).path()).as("what the upstream receives").isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, ''",
        "/a%252Fb, ''",
        "/a%2Fb, /a/b",
        "/a%5Cb, /a%5Cb /a/b",
        "/a%2F%2Fb, /a/b",
        "/a%2Fb%5Cc, /a/b%5Cc /a%2Fb/c /a/b/c",
        "/a;%2Fx/b%2Fc, /a/x/b/c /a/b/c",
        "/a%2F;x/b, /a/b",
    })
    void escapedSlashesHaveOtherReadings(String path, String some) {
        Set<String> readings = Paths.parse(path).otherReadings();
        for (String reading : some.split(" ")) {
            if (!reading.contains(";")) {
                assertThat(String.join(" ", readings)).contains(reading);
            }
        }
        assertThat(readings.isEmpty()).isEqualTo(some.isEmpty());
    }

    @Test
    void aPlainPathIsItsOwnMatchedForm() {
        Target target = Paths.parse("/api/v1/products/42");
        assertThat(target.matched()).isSameAs(target.path());
    }
}
