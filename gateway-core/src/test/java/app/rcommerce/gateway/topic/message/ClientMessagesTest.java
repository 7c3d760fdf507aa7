package app.rcommerce.gateway.topic.message;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.topic.LastSeen;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.message.ClientMessage.Form;
import app.rcommerce.gateway.topic.message.ClientMessage.Malformed;
import app.rcommerce.gateway.topic.message.ClientMessage.Subscribe;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientMessagesTest {

    private static final String PLATFORM = """
            {"message_type":"%s","message_id":"id-1","timestamp":"2026-01-01T00:00:00Z","payload":{"type":"%s","data":%s}}""";

    @Test
    void theShortFormIsRead() {
        assertThat(ClientMessages.read("{\"subscribe\":\"a\"}")).isEqualTo(new Subscribe(Form.SHORT, "a", null));
        assertThat(ClientMessages.read(" { \"since\" : \"k.7\", \"x\":[1,{}], \"subscribe\":\"a\" } "))
                .isEqualTo(new Subscribe(Form.SHORT, "a", new Position("k", 7)));
        assertThat(ClientMessages.read("{\"subscribe\":\"a\",\"since\":null}"))
                .isEqualTo(new Subscribe(Form.SHORT, "a", null));
        assertThat(ClientMessages.read("{\"unsubscribe\":\"a\"}"))
                .isEqualTo(new ClientMessage.Unsubscribe(Form.SHORT, "a"));
        assertThat(ClientMessages.read("{\"presence\":\"a\"}")).isEqualTo(new ClientMessage.Presence(Form.SHORT, "a"));
        assertThat(ClientMessages.read("{\"token\":\"a.b.c\"}"))
                .isEqualTo(new ClientMessage.Token(Form.SHORT, "a.b.c"))
                .hasToString("Token[5 characters]");
    }

    @Test
    void aPositionThatIsNoneIsOneThatNobodyKnows() {
        assertThat(ClientMessages.read("{\"subscribe\":\"a\",\"since\":\"x\"}"))
                .isEqualTo(new Subscribe(Form.SHORT, "a", LastSeen.NOWHERE));
    }

    @Test
    void theFormOfThePlatformIsRead() {
        Form form = new Form("id-1");
        assertThat(ClientMessages.read(
                        PLATFORM.formatted("subscribe", "Subscribe", "{\"topic\":\"a\",\"since\":\"k.7\"}")))
                .isEqualTo(new Subscribe(form, "a", new Position("k", 7)));
        assertThat(ClientMessages.read(PLATFORM.formatted("unsubscribe", "Unsubscribe", "{\"topic\":\"a\"}")))
                .isEqualTo(new ClientMessage.Unsubscribe(form, "a"));
        assertThat(ClientMessages.read(PLATFORM.formatted("subscribe", "Subscribe", "[]")))
                .isInstanceOf(Malformed.class)
                .extracting(ClientMessage::form)
                .isEqualTo(form);
        assertThat(ClientMessages.read(PLATFORM.formatted("subscribe", "Unsubscribe", "{\"topic\":\"a\"}")))
                .isInstanceOf(Malformed.class);
        assertThat(ClientMessages.read(PLATFORM.formatted("publish", "Publish", "{\"topic\":\"a\"}")))
                .isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "null",
                "[]",
                "1",
                "\"a\"",
                "{",
                "{}",
                "{\"subscribe\":1}",
                "{\"subscribe\":null}",
                "{\"subscribe\":\"a\",\"token\":\"b\"}",
                "{\"subscribe\":\"a\",\"subscribe\":\"b\"}",
                "{\"subscribe\":\"a\"}{}",
                "{\"subscribe\":\"a\",\"since\":7}",
                "{\"message_id\":\"\"}",
                "{\"message_id\":7}",
                "{\"message_id\":\"a b\"}",
                "{\"message_type\":\"subscribe\"}",
                "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}},\"subscribe\":\"a\"}"
            })
    void anythingElseIsMalformed(String text) {
        assertThat(ClientMessages.read(text)).isInstanceOf(Malformed.class);
    }

    @Test
    void nothingThrows() {
        Random random = new Random(11);
        String whole = PLATFORM.formatted("subscribe", "Subscribe", "{\"topic\":\"a\",\"since\":\"k.7\"}");
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(whole);
            for (int n = random.nextInt(4); n >= 0; n--) {
                text.setCharAt(random.nextInt(text.length()), "{}[]\",:1\\u\u0000\ud800".charAt(random.nextInt(12)));
            }
            assertThat(ClientMessages.read(text.substring(random.nextInt(3)))).isNotNull();
        }
    }

    @Test
    void whatIsPublishedIsJsonAsItIs() {
        assertThat(Published.json("{\"a\": 1}")).isEqualTo("{\"a\": 1}");
        assertThat(Published.json(" [1,\n2] ")).isEqualTo(" [1,\n2] ");
        assertThat(Published.json("hello \"you\"\n")).isEqualTo("\"hello \\\"you\\\"\\n\"");
        assertThat(Published.json("{} {}")).isEqualTo("\"{} {}\"");
        assertThat(Published.json("")).isEqualTo("\"\"");
        assertThat(Published.isJson("[".repeat(64) + "]".repeat(64))).isTrue();
        assertThat(Published.isJson("[".repeat(65) + "]".repeat(65))).isFalse();
    }
}
