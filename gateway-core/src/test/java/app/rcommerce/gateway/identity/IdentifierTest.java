package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Identifier.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {

    private record Source(Kind kind, String value) {}

    private static Identifier of(Source source) {
        return source.kind() == Kind.KEY ? Identifier.key(source.value()) : Identifier.user(source.value());
    }

    @ParameterizedTest
    @CsvSource({
        "ip:203.0.113.9, ip:203.0.113.9",
        "ip:2001:DB8:0:0::1, ip:2001:db8::1",
        "ip:::ffff:1.2.3.4, ip:1.2.3.4",
        "key:erp, key:erp",
        "user:42, user:42",
        "user:a@b.example, user:a@b.example",
    })
    void anOperatorsTextIsReadIntoTheOneForm(String text, String canonical) {
        assertThat(Identifier.parse(text)).hasToString(canonical);
        assertThat(Identifier.parse(canonical)).isEqualTo(Identifier.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ip",
                "ip:",
                ":x",
                "key:",
                "user:",
                "IP:1.2.3.4",
                "ip:1.2.3.0/24",
                "ip:host",
                "session:1",
                "erp"
            })
    void whatIsNoIdentifierIsRefused(String text) {
        assertThat(Identifier.parse(text)).isNull();
    }

    @Test
    void unusualValuesAppearAsTheirDigest() {
        String odd = "a:b\r\n{x} *";
        Identifier identifier = Identifier.user(odd);
        assertThat(identifier.value()).isEqualTo("sha256:" + Digests.sha256Hex(odd));
        assertThat(Identifier.parse("user:" + odd)).isEqualTo(identifier);
        assertThat(Identifier.parse(identifier.toString())).isEqualTo(identifier);
    }

    @Test
    void anEmptyOrOverlongValueIsADefect() {
        assertThatThrownBy(() -> new Identifier(Kind.IP, "")).hasMessageContaining("0 characters");
        assertThatThrownBy(() -> new Identifier(Kind.IP, "x".repeat(72))).hasMessageContaining("72 characters");
        assertThat(Identifier.user("")).hasToString("user:sha256:" + Digests.sha256Hex(""));
    }

    @Test
    void noTwoCallersShareAnIdentifier() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "ab:{}/_-.@+ \r\n\u0000\u00e9*?[]sha256";
        Map<String, Source> seen = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            StringBuilder value = new StringBuilder(random.nextInt(20) == 0 ? "sha256:" : "");
            for (int length = random.nextInt(6) == 0 ? random.nextInt(200) : random.nextInt(5); length >= 0; length--) {
                value.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Source source = new Source(random.nextBoolean() ? Kind.KEY : Kind.USER, value.toString());
            String text = of(source).toString();
            Source other = seen.putIfAbsent(text, source);
            assertThat(other == null || other.equals(source))
                    .as("seed %s: %s and %s", seed, other, source)
                    .isTrue();
            assertThat(text.length()).isLessThanOrEqualTo("user:sha256:".length() + 64);
            assertThat(text).matches("(key|user):(sha256:[0-9a-f]{64}|[A-Za-z0-9_.@+-]{1,64})");
        }
    }

    @Test
    void aDigestAsAValueIsNotTheValueOfThatDigest() {
        String digest = Identifier.user("a b").value();
        assertThat(Identifier.user(digest)).isNotEqualTo(Identifier.user("a b"));
    }

    @Test
    void plainIsWhatHasNoMeaningInAKey() {
        for (String plain : new String[] {"azAZ09-_.@+", "a", "z", "A", "Z", "0", "9", "x".repeat(64)}) {
            assertThat(Identifier.user(plain)).hasToString("user:" + plain);
        }
        for (String other : new String[] {"", "`", "{", "[", "^", "/", ":", ",", "*", "\u00e9", "x".repeat(65)}) {
            assertThat(Identifier.user(other).toString())
                    .as(other)
                    .startsWith("user:sha256:")
                    .hasSize(5 + 7 + 64);
        }
        assertThat(Identifier.parse("user:x")).isEqualTo(Identifier.user("x"));
        assertThat(Identifier.parse("user:")).isNull();
        assertThat(Identifier.parse(":x")).isNull();
    }
}
