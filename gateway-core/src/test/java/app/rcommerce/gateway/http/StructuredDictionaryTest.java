package app.rcommerce.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredDictionaryTest {

    @Test
    void integersAndBooleansKeepTheirValue() {
        assertThat(StructuredDictionary.parse("max-age=60, no-store, public=?0, x=-5"))
                .isEqualTo(Map.of("max-age", 60L, "no-store", true, "public", false, "x", -5L));
    }

    @Test
    void otherValuesAreOnlyRecognised() {
        Map<String, Object> members = StructuredDictionary.parse(
                "a=\"x\\\"y, z\", b=tok/en:1, c=:cHJldGVuZA==:, d=1.5, e=@1659578233, f=%\"f%c3%bc\", g=(1 \"a\";q ) ,h=();p=1");
        assertThat(members).hasSize(8).containsValue(StructuredDictionary.OTHER);
    }

    @Test
    void ofEqualKeysTheLastCounts() {
        assertThat(StructuredDictionary.parse("a=1,a=2")).isEqualTo(Map.of("a", 2L));
    }

    @Test
    void parametersAreIgnored() {
        assertThat(StructuredDictionary.parse("a=1;b;c=2; d=\"e\", f;g")).isEqualTo(Map.of("a", 1L, "f", true));
    }

    @Test
    void anEmptyFieldIsAnEmptyDictionary() {
        assertThat(StructuredDictionary.parse("  ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Max-Age=60",
                "max-age=60,",
                "max-age = 60",
                "max-age=",
                "=1",
                "a=1 b=2",
                "a=\"x",
                "a=\"\u00e9\"",
                "a=(1",
                "a=(1,2)",
                "a=?2",
                "a=1234567890123456",
                "a=1.",
                "a=1.2345",
                "a=:x",
                "a=%\"%C3\"",
                ",a",
                "a;=1",
                "a=-",
                "a=@1.5",
                "a=\"x\\y\"",
                "60",
                "a\u0000"
            })
    void anyErrorMakesTheWholeFieldInvalid(String text) {
        assertThat(StructuredDictionary.parse(text)).isNull();
    }

    @Test
    void noTextMakesItThrow() {
        Random random = new Random(11);
        String alphabet = "ab=,;()\"\\?01-.:@% \t*/é\u0000";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            StructuredDictionary.parse(text.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=\" ~\"",
                "a=%\" ~%00%af%9a\"",
                "az=1",
                "*a_-.*=1",
                "a=123456789012.123",
                "a=-1.0",
                "a=z",
                "a=A",
                "a=Z*",
                "a=::",
                "a=:azAZ09+/=:",
                "a=(  1   2  )",
                "a=((x",
                "a=*"
            })
    void whatLiesJustWithinTheRulesIsRead(String text) {
        assertThat(StructuredDictionary.parse(text) != null).isEqualTo(!text.contains("(("));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=\"\u001f\"",
                "a=\"\u007f\"",
                "a=%\"\u001f\"",
                "a=%\"\u007f\"",
                "a=%\"%0\"",
                "a=%\"%0g\"",
                "a=%\"%`0\"",
                "a=%\"%0",
                "a=%x\"",
                "{a=1",
                "`a=1",
                "a=1234567890123.1",
                "a=1.1234",
                "a={",
                "a=@",
                "a=@x",
                "a=:`:",
                "a=("
            })
    void whatLiesJustOutsideMakesTheWholeFieldInvalid(String text) {
        assertThat(StructuredDictionary.parse(text)).isNull();
    }

    @Test
    void fifteenDigitsAreANumber() {
        assertThat(StructuredDictionary.parse("a=999999999999999, b=-999999999999999"))
                .isEqualTo(Map.of("a", 999_999_999_999_999L, "b", -999_999_999_999_999L));
    }

    @Test
    void whatIsOnlyRecognisedHasNoValueOfItsOwn() {
        for (String value : new String[] {"1.5", "@5", "(1 2)", "\"x\"", "tok", ":eA==:", "%\"x\""}) {
            assertThat(StructuredDictionary.parse("a=" + value))
                    .as(value)
                    .isEqualTo(Map.of("a", StructuredDictionary.OTHER));
        }
    }
}
