package app.rcommerce.gateway.token;

import static app.rcommerce.gateway.token.Tokens.base64;
import static app.rcommerce.gateway.token.Tokens.hs256;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Digests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenIdTest {

    private static String of(String claims) {
        return TokenId.ofUnverified(hs256(claims));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7f9c1a2e-0b3d-4c5e-8f60-718293a4b5c6", "A.b_c~d+e/f=g-h"})
    void aPlainJtiIsTheId(String jti) {
        assertThat(of("{\"jti\":\"" + jti + "\"}")).isEqualTo(jti);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:b", "token:blacklist:x", "sha256:00", "{tag}", "a\u00e9", "a\u007f"})
    void anUnusualJtiIsDigested(String jti) {
        assertThat(of("{\"jti\":\"" + jti + "\"}")).isEqualTo("sha256:" + Digests.sha256Hex(jti));
    }

    @Test
    void anOverlongJtiIsDigested() {
        assertThat(of("{\"jti\":\"" + "j".repeat(64) + "\"}")).isEqualTo("j".repeat(64));
        assertThat(of("{\"jti\":\"" + "j".repeat(65) + "\"}")).isEqualTo("sha256:" + Digests.sha256Hex("j".repeat(65)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"sub\":\"1\"}", "{\"jti\":\"\"}", "{\"jti\":null}"})
    void withoutAJtiTheSigningInputIsDigested(String claims) {
        String token = hs256(claims);
        String signed = token.substring(0, token.lastIndexOf('.'));
        assertThat(TokenId.ofUnverified(token)).isEqualTo("sha256:" + Digests.sha256Hex(signed));
        assertThat(TokenId.ofUnverified(signed + ".AAAA")).isEqualTo(TokenId.ofUnverified(token));
    }

    @Test
    void anotherSpellingOfATokenIsNoToken() {
        String token = hs256("{\"sub\":\"1\"}");
        assertThat(TokenId.ofUnverified(token + "=")).isNull();
        assertThat(TokenId.ofUnverified(" " + token)).isNull();
        assertThat(TokenId.ofUnverified(token.replace(".", "=."))).isNull();
    }

    @Test
    void whatIsNoTokenHasNoId() {
        assertThat(TokenId.ofUnverified("aB3dEfGh.secret")).isNull();
        assertThat(TokenId.ofUnverified("")).isNull();
        assertThat(TokenId.ofUnverified("a".repeat(9000))).isNull();
        assertThat(of("{\"jti\":7}")).isNull();
        assertThat(TokenId.ofUnverified(base64("{}") + "." + base64("[]") + "."))
                .isNull();
    }
}
