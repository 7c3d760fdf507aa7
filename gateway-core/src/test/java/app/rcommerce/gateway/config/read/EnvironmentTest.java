package app.rcommerce.gateway.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.toml.Position;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    private final Problems problems = new Problems();
    private final Environment environment =
            new Environment(Map.of("A", "1", "B_2", "two", "EMPTY", "", "NESTED", "${A}")::get, problems);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            plain                 | plain
            $                     | $
            $A {A} A}             | $A {A} A}
            ${A}                  | 1
            x${A}y${B_2}z         | x1ytwoz
            ${EMPTY}x             | x
            ${EMPTY:-d}           | d
            ${NOT:-d e f}         | d e f
            ${NOT:-}x             | x
            ${A:-d}               | 1
            ${NOT:-a:-b}          | a:-b
            $${A}                 | ${A}
            $${A}${A}$${          | ${A}1${
            ${NESTED}             | ${A}
            """)
    void variablesAreReplaced(String text, String expected) {
        assertThat(environment.replaced(text, Position.of("f"), "p")).isEqualTo(expected);
        assertThat(problems.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"${", "${}", "${A", "${1A}", "${A B}", "${A-x}", "${:-x}", "secret${secret"})
    void whatIsNoReferenceIsAProblemThatShowsNothingOfTheText(String text) {
        assertThat(environment.replaced(text, Position.of("f"), "p")).isNull();
        assertThat(problems.inOrder(List.of()).getFirst().toString())
                .isEqualTo("f: p: \"${\" (expected: ${NAME}, ${NAME:-default}, or $${ for the two characters ${)");
    }

    @Test
    void everyMissingVariableOfATextIsNamed() {
        assertThat(environment.replaced("${X}${A}${Y}", Position.of("f"), "p")).isNull();
        assertThat(problems.inOrder(List.of()))
                .extracting(ConfigProblem::value)
                .containsExactly("\"${X}\"", "\"${Y}\"");
    }
}
