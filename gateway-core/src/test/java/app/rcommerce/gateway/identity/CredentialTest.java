package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.identity.Credential.ApiKey;
import app.rcommerce.gateway.identity.Credential.Malformed;
import app.rcommerce.gateway.identity.Credential.None;
import app.rcommerce.gateway.identity.Credential.Token;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {

    private static final String KEY = "aB3dEfGh.sEcReTkEy123456789abcdef1234567";
    private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

    private static Credential of(String... fields) {
        return Credential.of(FieldList.of(fields));
    }

    @Test
    void nothingPresentedIsNoCredential() {
        assertThat(of("Accept", "*/*")).isEqualTo(new None());
    }

    @Test
    void aKeyMayBeSentInThreeWays() {
        ApiKey key = new ApiKey(KEY);
        assertThat(of("Authorization", "Bearer " + KEY)).isEqualTo(key);
        assertThat(of("Authorization", KEY)).isEqualTo(key);
        assertThat(of("X-API-Key", KEY)).isEqualTo(key);
        assertThat(of("x-api-key", " " + KEY + "\t")).isEqualTo(key);
    }

    @Test
    void aTokenIsSentAsBearerInAnyCase() {
        assertThat(of("Authorization", "Bearer " + JWT)).isEqualTo(new Token(JWT));
        assertThat(of("authorization", "bEaReR   " + JWT)).isEqualTo(new Token(JWT));
        assertThat(of("Authorization", "Bearer a.b.")).isEqualTo(new Token("a.b."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "bearer\ta.b",
                "Basic dXNlcjpwYXNz",
                "Digest a=b",
                JWT,
                "Bearer a b",
                "Bearer a.b,c.d",
                "Bearer " + KEY + "," + KEY,
                "nodots",
                "Bearer nodots",
                "Bearer a.b.c.d.e",
                ".secret",
                "prefix.",
                "aB3dEfGh:x.secret",
                "aB3dEfGh.secret\n",
                "aB3dEfGh.secret\r\nX: y",
                "a\u0000b.c",
                "a.b\u007f",
                "a.\u00e9",
                "a.b{c}",
                "a.b*",
                "=.",
                "a=b.c",
                "Bearer  ",
                "Bearer =",
                "BearerX a.b",
                "Bearer: a.b"
            })
    void whatCanBeNoCredentialIsMalformed(String value) {
        assertThat(of("Authorization", value)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                JWT,
                "Bearer " + KEY,
                "prefix.sec:ret",
                "prefix.secret\n",
                "prefix.sec ret",
                "a.b,c",
                "rate:limit:{x}.y"
            })
    void anApiKeyMeantToBreakOutOfAStoreKeyIsMalformed(String value) {
        assertThat(of("X-API-Key", value)).isInstanceOf(Malformed.class);
    }

    @Test
    void twoAuthorizationFieldsAreRefusedEvenIfEqual() {
        assertThat(of("Authorization", KEY, "authorization", KEY))
                .isEqualTo(new Malformed("Authorization: 2 field lines (expected: 1)"));
        assertThat(of("X-API-Key", KEY, "X-API-Key", KEY)).isInstanceOf(Malformed.class);
    }

    @Test
    void anAppsKeyMayStandBesideAUsersTokenAndNothingElse() {
        assertThat(of("Authorization", "Bearer " + JWT, "X-API-Key", KEY))
                .isEqualTo(new Credential.KeyAndToken(new ApiKey(KEY), new Token(JWT)));
        assertThat(of("Authorization", "Bearer " + JWT, "X-API-Key", JWT)).isInstanceOf(Malformed.class);
        assertThat(of("Authorization", "Bearer " + KEY, "X-API-Key", KEY)).isEqualTo(new ApiKey(KEY));
        assertThat(of("Authorization", KEY, "X-API-Key", KEY + "x")).isInstanceOf(Malformed.class);
        assertThat(of("Authorization", "Basic x", "X-API-Key", KEY)).isInstanceOf(Malformed.class);
        assertThat(of("Authorization", KEY, "X-API-Key", "")).isInstanceOf(Malformed.class);
    }

    @Test
    void anOverlongCredentialIsRefused() {
        String part = "a".repeat(2730);
        assertThat(of("Authorization", "Bearer " + part + "." + part + "." + part))
                .isInstanceOf(Token.class);
        assertThat(of("Authorization", "Bearer " + part + "." + part + "." + part + "a"))
                .isEqualTo(new Malformed("Authorization: 8193 characters (expected: at most 8192)"));
        assertThat(of("X-API-Key", "a." + "b".repeat(510))).isInstanceOf(ApiKey.class);
        assertThat(of("X-API-Key", "a." + "b".repeat(511))).isInstanceOf(Malformed.class);
    }

    @Test
    void noTextOfACredentialIsEverPrinted() {
        assertThat(of("Authorization", "Bearer " + JWT).toString()).doesNotContain("eyJ");
        assertThat(of("X-API-Key", KEY).toString()).doesNotContain("sEcReT").doesNotContain("aB3d");
        assertThat(of("X-API-Key", KEY + ":").toString()).doesNotContain("sEcReT");
        assertThat(of("Authorization", KEY + " x").toString()).doesNotContain("sEcReT");
    }

    @Test
    void whatIsAcceptedIsAlwaysSafe() {
        Random random = new Random(3);
        String alphabet = "aZ9.-_~+/= ,:\n\u0000\u00e9{}Bearer ";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "Bearer " : "");
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String accepted = switch (of("Authorization", text.toString())) {
                case Token token -> token.compact();
                case ApiKey key -> key.presented();
                case Malformed malformed -> "";
                case Credential.KeyAndToken both -> both.token().compact();
                case Credential.Ticket ticket -> "a ticket is none of these fields";
                case None none -> "";
                case Credential.Session session -> "never";
            };
            assertThat(accepted).matches("[A-Za-z0-9._~+/=-]*");
        }
    }

    @Test
    void whatWasPresentedIsNeverShown() {
        assertThat(new Credential.Token("a.b.c")).hasToString("Token[5 characters]");
        assertThat(new Credential.ApiKey("prefix.secret")).hasToString("ApiKey[13 characters]");
        assertThat(new Credential.Session(new SessionId("0123456789abcdef"), new SessionCarrier("s", "")).toString())
                .doesNotContain("0123456789abcdef");
    }

    @Test
    void aKeyHas512CharactersAtMostAndATokenAsManyAsAHeadAllows() {
        String key = "p." + "s".repeat(510);
        assertThat(Credential.of(FieldList.of("X-API-Key", key))).isEqualTo(new Credential.ApiKey(key));
        assertThat(Credential.of(FieldList.of("X-API-Key", key + "s"))).isInstanceOf(Credential.Malformed.class);
        String token = "a.b." + "c".repeat(8188);
        assertThat(Credential.of(FieldList.of("Authorization", "Bearer " + token)))
                .isEqualTo(new Credential.Token(token));
        assertThat(Credential.of(FieldList.of("Authorization", "Bearer " + token + "c")))
                .isEqualTo(new Credential.Malformed("Authorization: 8193 characters (expected: at most 8192)"));
        assertThat(Credential.of(FieldList.of("X-API-Key", "p.\u0080"))).isInstanceOf(Credential.Malformed.class);
        assertThat(Credential.of(FieldList.of("X-API-Key", "=="))).isInstanceOf(Credential.Malformed.class);
    }
}
