package app.rcommerce.gateway.server.redis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntriesTest {

    private static List<String> texts(String written) {
        return Entries.texts(written.getBytes(UTF_8));
    }

    @Test
    void textsAreReadByTheirLengthWhateverTheyHold() {
        assertThat(texts("")).isEmpty();
        assertThat(texts("11:10.0.0.0/800:3:a:b")).containsExactly("10.0.0.0/80", "", "a:b");
        assertThat(texts("2:\u00e94:1:2\n")).containsExactly("\u00e9", "1:2\n");
    }

    @Test
    void whatIsDamagedEndsThere() {
        for (String end : List.of("5:abc", "99999999999999999999:a", "x", ":a", "3", "-1:a")) {
            assertThat(texts("1:a" + end)).as(end).startsWith("a").hasSizeLessThanOrEqualTo(2);
        }
    }
}
