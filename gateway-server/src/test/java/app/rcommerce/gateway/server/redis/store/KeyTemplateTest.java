package app.rcommerce.gateway.server.redis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KeyTemplateTest {

    private final KeyTemplate tagged = KeyTemplate.of("rate:limit:{{identifier}}", "{identifier}");

    @Test
    void thePlaceholderGivesWayAndTheHashTagStays() {
        assertThat(tagged.key("ip:10.0.0.1")).isEqualTo("rate:limit:{ip:10.0.0.1}");
    }

    @Test
    void theValueIsReadBack() {
        assertThat(tagged.value("rate:limit:{ip:10.0.0.1}")).isEqualTo("ip:10.0.0.1");
        assertThat(tagged.value("rate:limit:ip:10.0.0.1")).isNull();
        assertThat(tagged.value("rate:limit:{}")).isNull();
        assertThat(tagged.value("other:{x}")).isNull();
    }

    @Test
    void thePatternMatchesTheTextItself() {
        assertThat(KeyTemplate.of("a*b[c]?\\:{key}", "{key}").pattern()).isEqualTo("a\\*b\\[c\\]\\?\\\\:*");
    }

    @Test
    void aTemplateWithoutThePlaceholderIsRefused() {
        assertThatThrownBy(() -> KeyTemplate.of("rate:limit", "{identifier}"))
                .hasMessage("key template: \"rate:limit\" (expected: \"{identifier}\" in it)");
    }
}
