package app.rcommerce.gateway.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    @ParameterizedTest
    @ValueSource(strings = {"a.0", "k3f9a1.1042", "0123456789abcdef.9999999999999999"})
    void whatIsWrittenIsRead(String text) {
        assertThat(Position.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".1",
                "a.01",
                "a.-1",
                "A.1",
                "a.1 ",
                " a.1",
                "a.1.2",
                "a,1",
                "ä.1",
                "0123456789abcdef0.1",
                "a.99999999999999999",
                "a.1\n"
            })
    void anythingElseIsNone(String text) {
        assertThat(Position.parse(text)).isNull();
    }

    @Test
    void positionsOfDifferentEpochsHaveNoOrder() {
        assertThat(new Position("a", 2).isAfter(new Position("a", 1))).isTrue();
        assertThat(new Position("a", 1).isAfter(new Position("a", 1))).isFalse();
        assertThat(new Position("a", 2).isAfter(new Position("b", 1))).isFalse();
    }

    @Test
    void aPositionThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new Position("A b", 1))
                .hasMessage("epoch: \"A b\" (expected: 1 to 16 of a-z and 0-9)");
        assertThatThrownBy(() -> new Position("a", -1)).hasMessage("offset: -1 (expected: 0 or more)");
    }
}
