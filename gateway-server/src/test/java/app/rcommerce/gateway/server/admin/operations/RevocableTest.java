package app.rcommerce.gateway.server.admin.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevocableTest {

    private static String jwt(String claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(UTF_8)) + ".c2ln";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"jti\":\"a\",\"exp\":1767229200} | 1767229200000",
                "{\"jti\":\"a\",\"exp\":1767229200.25} | 1767229200250",
                "{\"jti\":\"a\"} | -1",
                "{\"jti\":\"a\",\"exp\":\"1767229200\"} | -1",
                "{\"jti\":\"a\",\"exp\":-5} | -1",
                "{\"jti\":\"a\",\"exp\":1e300} | -1",
                "{\"jti\":\"a\",\"exp\":null} | -1"
            })
    void theExpiryIsReadFromATokenNobodyHasVerified(String claims, long expected) {
        Revocable token = Revocable.parse(jwt(claims));
        assertThat(token).isEqualTo(new Revocable("a", expected));
    }

    @Test
    void idsStandForThemselves() {
        String digest = "sha256:" + "0a".repeat(32);
        assertThat(Revocable.parse(digest)).isEqualTo(new Revocable(digest, Revocable.UNKNOWN));
        assertThat(Revocable.parse("3f0e-4a_b.c~d+e/f=")).isEqualTo(new Revocable("3f0e-4a_b.c~d+e/f=", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "sha256:0a", "eyJhbGciOiJIUzI1NiJ9.e30", "eyJhbGciOiJIUzI1NiJ9.e30.x.y"})
    void otherTextsAreNeither(String text) {
        assertThat(Revocable.parse(text)).isNull();
        assertThat(Revocable.parse("a".repeat(65))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"jti\":\"a\"} x",
                "{\"jti\":\"a\"}{}",
                "{\"jti\":\"a\",\"jti\":\"a\"}",
                "\uFEFF{\"jti\":\"a\"}"
            })
    void aPayloadThatIsNotOneJsonObjectMakesNoToken(String payload) {
        assertThat(Revocable.parse(jwt(payload))).isNull();
    }
}
