package app.rcommerce.gateway.job.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    private static String shown(String payload, String... names) {
        return String.valueOf(new Redaction(List.of(names)).shown("{\"payload\":" + payload + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"target\":\"/p?card=4242&x=kept\"}",
                "{\"target\":\"/p?x=kept&CARD=4242\"}",
                "{\"target\":\"/p?x=kept&c%61rd=4242\"}",
                "{\"target\":\"/p?x=kept&order[card]=4242\"}",
                "{\"target\":\"/p?x=kept&%=4242\"}",
                "{\"target\":\"/p?kept\",\"body\":\"card=4242\"}",
                "{\"target\":\"/p?kept\",\"body\":{\"a\":[{\"Card\":\"4242\"}]}}",
                "{\"target\":\"/p?kept\",\"fields\":[[\"CARD\",\"4242\"],[\"Authorization\",\"4242\"]]}",
                // These are no requests, and are shown as what they are.
                "{\"target\":\"kept?card=4242\"}",
                "{\"target\":\"kept\",\"fields\":[[\"Card\",\"4242\"],[\"authorization\",\"4242\"]]}",
                "{\"target\":\"kept\",\"body\":\"{\\\"card\\\":\\\"4242\\\"}\"}",
                "{\"target\":\"kept\",\"body\":\"card=4242\"}",
                "{\"kept\":1,\"card\":\"4242\"}",
                "{\"kept\":[{\"card\":\"4242\"}]}"
            })
    void whatIsToBeHiddenIsNowhereShown(String payload) {
        assertThat(shown(payload, "card")).doesNotContain("4242").contains("kept");
    }

    @Test
    void aPayloadThatIsATextIsShownByItsSize() {
        assertThat(shown("\"card=4242\"", "card")).isEqualTo("{payload=9 bytes}");
        assertThat(shown("\"card=4242\"")).isEqualTo("{payload=card=4242}");
        assertThat(shown("null", "card")).isEqualTo("{payload=null}");
    }

    @Test
    void whereNothingIsToBeHiddenTheTargetIsShownWhole() {
        assertThat(shown("{\"target\":\"/p?card=4242&%\"}")).contains("/p?card=4242&%");
        assertThat(shown("{\"target\":\"kept\",\"fields\":[[\"Cookie\",\"4242\"]]}"))
                .doesNotContain("4242");
    }
}
