package app.rcommerce.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "8e03978e-40d5-43dd-bc93-6894a57f9324, 8e03978e-40d5-43dd-bc93-6894a57f9324",
                "\"8e03978e-40d5-43dd-bc93-6894a57f9324\", 8e03978e-40d5-43dd-bc93-6894a57f9324",
                "|  a+b/c==  |, a+b/c==",
                "\"two words\", two words",
                "|\"a, b; c\"|, |a, b; c|",
                "\"a\\\"b\\\\c\", a\"b\\c",
                "a\\b, a\\b"
            })
    void aStringOrTheSameTextWithoutQuotationMarksIsAKey(String value, String key) {
        assertThat(IdempotencyKey.parse(value)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "\"\"",
                "\"",
                "\"a",
                "a\"",
                "\"a\"b\"",
                "\"a\\",
                "\"a\\\"",
                "\"a\\b\"",
                "a b",
                "a,b",
                "a;b",
                "\"a\";b",
                "a\tb",
                "\"a\tb\"",
                "\u00e9",
                "\"\u00e9\"",
                "\u007f"
            })
    void anythingElseIsNone(String value) {
        assertThat(IdempotencyKey.parse(value)).isNull();
    }

    @Test
    void aKeyHasUpToSoManyCharacters() {
        String longest = "k".repeat(255);
        assertThat(IdempotencyKey.parse(longest)).isEqualTo(longest);
        assertThat(IdempotencyKey.parse('"' + longest + '"')).isEqualTo(longest);
        assertThat(IdempotencyKey.parse(longest + "k")).isNull();
        assertThat(IdempotencyKey.parse('"' + longest + "k\"")).isNull();
    }
}
