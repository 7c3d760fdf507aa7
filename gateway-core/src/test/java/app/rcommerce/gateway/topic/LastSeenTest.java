package app.rcommerce.gateway.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class LastSeenTest {

    private static Position at(String text) {
        return Objects.requireNonNull(Position.parse(text));
    }

    @Test
    void aPositionAloneIsThatOfTheOnlyTopic() {
        assertThat(LastSeen.parse("a.7", "news")).isEqualTo(Map.of("news", at("a.7")));
        assertThat(LastSeen.parse("a.7", null)).isEmpty();
    }

    @Test
    void whatIsWrittenIsRead() {
        SequencedMap<String, Position> seen = new LinkedHashMap<>();
        seen.put("a+b:c@d.e-f_g", at("k3.1042"));
        seen.put("news", at("z.0"));
        StringBuilder id = new StringBuilder();
        LastSeen.write(seen, id);
        assertThat(id).hasToString("a%2Bb:c@d.e-f_g=k3.1042,news=z.0");
        assertThat(LastSeen.parse(id.toString(), null)).isEqualTo(seen);
        assertThat(LastSeen.parse("a+b:c@d.e-f_g=k3.1042,news=z.0", "x")).isEqualTo(seen);
    }

    @Test
    void anythingElseIsNothing() {
        Random random = new Random(7);
        String alphabet = "a.1=,%2Bz\u0000 -+:ä";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(14); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            LastSeen.parse(text.toString(), "news").forEach((topic, position) -> {
                assertThat(TopicName.isName(topic)).isTrue();
                assertThat(Position.parse(position.toString())).isEqualTo(position);
            });
        }
        assertThat(LastSeen.parse("a=b.1,".repeat(5_000), "news")).isEmpty();
    }
}
