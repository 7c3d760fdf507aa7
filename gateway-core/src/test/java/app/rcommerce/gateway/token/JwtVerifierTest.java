package app.rcommerce.gateway.token;

import static app.rcommerce.gateway.token.Tokens.CLAIMS;
import static app.rcommerce.gateway.token.Tokens.NOW;
import static app.rcommerce.gateway.token.Tokens.SECRET;
import static app.rcommerce.gateway.token.Tokens.base64;
import static app.rcommerce.gateway.token.Tokens.hs256;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.Caller.TokenCaller;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;
import app.rcommerce.gateway.token.Verification.Reason;
import app.rcommerce.gateway.token.Verification.Rejected;
import app.rcommerce.gateway.token.Verification.Verified;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {

    private static final TokenRules RULES =
            new TokenRules(Set.of("HS256"), "rcommerce", "rcommerce-api", Duration.ofSeconds(30), Set.of("access"));
    private static final JwtVerifier VERIFIER = new JwtVerifier(RULES);
    private static final KeySet KEYS = KeySet.ofSecret(SECRET.getBytes(UTF_8));

    private static Verification verify(String token) {
        return VERIFIER.verify(token, KEYS, NOW);
    }

    private static void refused(String token, Reason reason) {
        assertThat(verify(token)).isEqualTo(new Rejected(reason));
    }

    private static TokenCaller caller(String payload) {
        assertThat(verify(hs256(payload))).isInstanceOf(Verified.class);
        return ((Verified) verify(hs256(payload))).caller();
    }

    /** Good claims with one member put in place of another. */
    private static String claims(String old, String replacement) {
        assertThat(CLAIMS).contains(old);
        return CLAIMS.replace(old, replacement);
    }

    private static String with(String member) {
        return "{" + member + "," + CLAIMS.substring(1);
    }

    @Test
    void aGoodTokenIsVerified() {
        String token = hs256(CLAIMS);
        assertThat(verify(token))
                .isEqualTo(new Verified(new TokenCaller(
                        Identifier.user("42"),
                        Scopes.of(Set.of("products:read")),
                        "sha256:" + Digests.sha256Hex(token.substring(0, token.lastIndexOf('.'))),
                        1_767_225_000_000L,
                        1_767_229_200_000L)));
    }

    @Test
    void theExampleOfRfc7515IsRead() {
        String token =
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                        + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        KeySet keys = KeySet.ofSecret(java.util.Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"));
        JwtVerifier any = new JwtVerifier(new TokenRules(Set.of("HS256"), "joe", null, Duration.ZERO, Set.of()));
        // It names no subject, so it is refused at last, but for nothing else.
        assertThat(any.verify(token, keys, 1_300_819_379_999L)).isEqualTo(new Rejected(Reason.NO_SUBJECT));
        assertThat(any.verify(token, keys, 1_300_819_380_000L)).isEqualTo(new Rejected(Reason.EXPIRED));
        assertThat(any.verify(token, KEYS, 1_300_819_379_999L)).isEqualTo(new Rejected(Reason.SIGNATURE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "HS384", "RS256", "hs256", "ES256", "dir"})
    void anAlgorithmThatIsNotAcceptedIsRefused(String algorithm) {
        refused(hs256("{\"alg\":\"" + algorithm + "\"}", CLAIMS), Reason.ALGORITHM);
        refused(base64("{\"alg\":\"" + algorithm + "\"}") + "." + base64(CLAIMS) + ".", Reason.ALGORITHM);
    }

    @Test
    void noneCannotBeAccepted() {
        assertThatThrownBy(() -> new TokenRules(Set.of("none"), null, null, Duration.ZERO, Set.of()))
                .hasMessageContaining("[none]")
                .hasMessageContaining("HS256");
        assertThatThrownBy(() -> new TokenRules(Set.of(), null, null, Duration.ZERO, Set.of()))
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
                "{\"alg\":\"HS256\",\"crit\":[\"x-unknown\"],\"x-unknown\":1}",
                "{\"alg\":\"HS256\",\"crit\":[]}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"HS256\",\"b64\":false}",
                "{\"alg\":\"HS256\",\"b64\":true}",
                "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
                "{\"alg\":\"none\",\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"kid\":7}",
                "{\"alg\":\"HS256\",\"typ\":7}",
                "{\"alg\":256}",
                "{\"alg\":null}",
                "{\"alg\":[\"HS256\"]}",
                "{}",
                "[]",
                "\"HS256\"",
                "null",
                "{\"alg\":\"HS256\"} x",
                "{\"alg\":\"HS256\"}{}",
                "{'alg':'HS256'}",
                "{\"alg\":\"HS256\",}",
                "{\"alg\":\"HS256\"",
            })
    void aHeaderThatIsNotUnderstoodIsRefused(String header) {
        refused(hs256(header, CLAIMS), Reason.MALFORMED);
    }

    @Test
    void anOverlongKeyIdIsRefused() {
        refused(hs256("{\"alg\":\"HS256\",\"kid\":\"" + "k".repeat(257) + "\"}", CLAIMS), Reason.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({"JWT,true", "jwt,true", "at+jwt,true", "application/at+jwt,true", "dpop+jwt,false", "logout+jwt,false"})
    void aTokenMadeForSomethingElseIsRefused(String type, boolean accepted) {
        String token = hs256("{\"alg\":\"HS256\",\"typ\":\"" + type + "\"}", CLAIMS);
        if (accepted) {
            assertThat(verify(token)).isInstanceOf(Verified.class);
        } else {
            refused(token, Reason.TYPE);
        }
    }

    @Test
    void keysThatATokenBringsAreNotLookedAt() {
        byte[] own = "the attacker's own secret, also of 32 characters".getBytes(UTF_8);
        String header = "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"" + base64(own)
                + "\"},\"jku\":\"https://attacker.example/keys\"}";
        refused(Tokens.hmac("HmacSHA256", own, header, CLAIMS), Reason.SIGNATURE);
    }

    @Test
    void aTokenOf100KilobytesIsRefusedUnread() {
        refused(hs256(with("\"x\":\"" + "a".repeat(100_000) + "\"")), Reason.TOO_LONG);
        refused("a".repeat(8193), Reason.TOO_LONG);
        refused("a".repeat(8192), Reason.MALFORMED);
    }

    @Test
    void sloppyBase64IsRefused() {
        String good = hs256(CLAIMS);
        int first = good.indexOf('.');
        int second = good.lastIndexOf('.');
        assertThat(verify(good)).isInstanceOf(Verified.class);
        for (String junk :
                new String[] {"=", "==", " ", "\n", "\r\n", "+", "/", ",", "\u00e9", "\u0141", "%", "\u0000"}) {
            refused(good + junk, Reason.MALFORMED);
            refused(junk + good, Reason.MALFORMED);
            refused(good.substring(0, first) + junk + good.substring(first), Reason.MALFORMED);
            refused(good.substring(0, second) + junk + good.substring(second), Reason.MALFORMED);
            refused(good.substring(0, second + 4) + junk + good.substring(second + 4), Reason.MALFORMED);
        }
    }

    @Test
    void strayBitsBehindTheLastByteAreRefused() {
        String good = hs256(CLAIMS);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // 32 bytes are 43 characters, the last of which has two bits that say nothing.
        int last = alphabet.indexOf(good.charAt(good.length() - 1));
        for (int stray = 1; stray < 4; stray++) {
            refused(good.substring(0, good.length() - 1) + alphabet.charAt(last | stray), Reason.MALFORMED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b", "a..c", ".b.c", "a.b.c.d", "a.b.c.d.e", "abcde.abcd.abcd"})
    void anotherNumberOfPartsIsRefused(String token) {
        refused(token, Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"x\"",
                "1",
                "null",
                "true",
                "{",
                "{} {}",
                "{\"sub\":\"1\",\"sub\":\"2\"}",
                " ",
                "Hello",
                "NaN"
            })
    void aPayloadThatIsNoObjectIsRefused(String payload) {
        refused(hs256(payload), Reason.MALFORMED);
    }

    @Test
    void aPayloadInAnotherEncodingIsRefused() {
        for (byte[] payload : new byte[][] {CLAIMS.getBytes(UTF_16), {'{', '"', (byte) 0xff, '"', ':', '1', '}'}}) {
            String signed = base64("{\"alg\":\"HS256\"}") + "." + base64(payload);
            refused(Tokens.hmacRaw("HmacSHA256", SECRET.getBytes(UTF_8), signed), Reason.MALFORMED);
        }
    }

    @Test
    void deepNestingIsRefusedWithoutHarm() {
        refused(hs256(with("\"x\":" + "[".repeat(2500) + "]".repeat(2500))), Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1767229200\"",
                "-1",
                "null",
                "true",
                "[]",
                "{}",
                "1e400",
                "-1e400",
                "9223372036854775808",
                "99999999999999999999999999",
                "253402300800",
                "1767229200000"
            })
    void aTimeThatIsNoneIsRefused(String time) {
        refused(
                hs256(claims("\"exp\":1767229200", "\"exp\":" + time)),
                time.equals("null") ? Reason.NO_EXPIRY : Reason.CLAIMS);
        if (!time.equals("null")) {
            refused(hs256(with("\"nbf\":" + time)), Reason.CLAIMS);
            refused(hs256(claims("\"iat\":1767225000", "\"iat\":" + time)), Reason.CLAIMS);
        }
    }

    @Test
    void aTokenThatNeverExpiresIsRefused() {
        refused(hs256(claims(",\"exp\":1767229200", "")), Reason.NO_EXPIRY);
    }

    @Test
    void timesMayHaveFractions() {
        TokenCaller caller = caller(claims("1767229200", "1767229200.75").replace("1767225000", "1.7672250005e9"));
        assertThat(caller.expiresAtMillis()).isEqualTo(1_767_229_200_750L);
        assertThat(caller.issuedAtMillis()).isEqualTo(1_767_225_000_500L);
    }

    @Test
    void aTokenExpiresWhenItsTimeAndTheSkewHavePassed() {
        String token = hs256(CLAIMS);
        assertThat(VERIFIER.verify(token, KEYS, 1_767_229_229_999L)).isInstanceOf(Verified.class);
        assertThat(VERIFIER.verify(token, KEYS, 1_767_229_230_000L)).isEqualTo(new Rejected(Reason.EXPIRED));
        refused(hs256(claims("\"exp\":1767229200", "\"exp\":0")), Reason.EXPIRED);
    }

    @Test
    void aTokenOfTheFutureIsNotYetValid() {
        assertThat(verify(hs256(with("\"nbf\":1767225630")))).isInstanceOf(Verified.class);
        refused(hs256(with("\"nbf\":1767225631")), Reason.NOT_YET_VALID);
        refused(hs256(claims("\"iat\":1767225000", "\"iat\":1767225631")), Reason.NOT_YET_VALID);
    }

    @Test
    void aTokenWithoutIssueTimeIsIssuedLongAgo() {
        assertThat(caller(claims("\"iat\":1767225000,", "")).issuedAtMillis()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"iss\":\"other\"",
                "\"iss\":null",
                "\"iss\":[\"rcommerce\"]",
                "\"x\":1",
                "\"iss\":\"Rcommerce\""
            })
    void anotherIssuerIsRefused(String member) {
        refused(hs256(claims("\"iss\":\"rcommerce\"", member)), Reason.ISSUER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"aud\":\"other\"",
                "\"aud\":null",
                "\"aud\":[]",
                "\"aud\":[[\"rcommerce-api\"]]",
                "\"x\":1",
                "\"aud\":{}"
            })
    void anotherAudienceIsRefused(String member) {
        refused(hs256(claims("\"aud\":\"rcommerce-api\"", member)), Reason.AUDIENCE);
    }

    @Test
    void oneOfSeveralAudiencesIsEnough() {
        caller(claims("\"aud\":\"rcommerce-api\"", "\"aud\":[\"other\",\"rcommerce-api\"]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"refresh\"", "\"password_reset\"", "1", "[\"access\"]", "\"\""})
    void anotherKindOfTokenIsRefused(String type) {
        refused(hs256(claims("\"token_type\":\"access\"", "\"token_type\":" + type)), Reason.TYPE);
    }

    @Test
    void aTokenThatDoesNotNameItsKindIsAccepted() {
        caller(claims("\"token_type\":\"access\",", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\":1", "\"sub\":null"})
    void aTokenWithoutSubjectIsRefused(String member) {
        refused(hs256(claims("\"sub\":\"42\"", member)), Reason.NO_SUBJECT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"sub\":\"\"", "\"sub\":42", "\"sub\":[\"42\"]"})
    void aTokenWithABadSubjectIsRefused(String member) {
        refused(hs256(claims("\"sub\":\"42\"", member)), Reason.CLAIMS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"permissions\":[\"a:read\",\"b:write\"]|a:read b:write",
                "\"permissions\":[]|",
                "\"permissions\":[\"a\"],\"scope\":\"b\"|a",
                "\"permissions\":\"a b\"|a b",
                "\"permissions\":null,\"scope\":\"a  b\"|a b",
                "\"scope\":\"a b\"|a b",
                "\"scope\":\"\"|",
                "\"scope\":[\"a\",\"b\"]|a b",
                "\"scp\":[\"a\"]|a",
                "\"scp\":\"a b\"|a b",
                "\"x\":1|",
            })
    void scopesAreTakenFromTheFirstClaimThatHasThem(String member, String scopes) {
        Set<String> expected = scopes == null ? Set.of() : Set.copyOf(Arrays.asList(scopes.split(" ")));
        assertThat(caller(claims("\"permissions\":[\"products:read\"]", member))
                        .scopes()
                        .granted())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"realm_access\":{\"roles\":[\"a:read\",\"b\"]},\"scope\":\"c\"|a:read b",
                "\"realm_access\":{\"roles\":\"a  b\"}|a b",
                "\"realm_access\":{\"roles\":[]},\"scope\":\"c\"|",
                "\"realm_access\":{},\"scope\":\"c\"|c",
                "\"realm_access\":\"roles\",\"scope\":\"c\"|c",
                "\"realm_access\":[\"roles\"],\"scope\":\"c\"|c",
                "\"realm_access\":null,\"scope\":\"c\"|c",
                "\"realm_access.roles\":\"named\",\"realm_access\":{\"roles\":[\"a\"]}|named",
                "\"https://shop.example/roles\":[\"d\"]|d",
                "\"permissions\":[\"e\"]|",
            })
    void scopesStandWhereTheRulesSay(String member, String scopes) {
        JwtVerifier verifier = new JwtVerifier(new TokenRules(
                Set.of("HS256"),
                null,
                null,
                Duration.ZERO,
                Set.of(),
                Set.of(),
                List.of("realm_access.roles", "scope", "https://shop.example/roles")));
        Set<String> expected = scopes == null ? Set.of() : Set.copyOf(Arrays.asList(scopes.split(" ")));

        Verification verification =
                verifier.verify(hs256(claims("\"permissions\":[\"products:read\"]", member)), KEYS, NOW);

        assertThat(((Verified) verification).caller().scopes().granted()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"permissions\":true",
                "\"permissions\":[1]",
                "\"permissions\":{}",
                "\"scope\":1",
                "\"scp\":[null]"
            })
    void scopesOfTheWrongFormAreRefused(String member) {
        refused(hs256(claims("\"permissions\":[\"products:read\"]", member)), Reason.CLAIMS);
    }

    @Test
    void aSignatureByAnotherSecretIsRefused() {
        byte[] other = "another secret of at least thirty-two characters".getBytes(UTF_8);
        refused(Tokens.hmac("HmacSHA256", other, "{\"alg\":\"HS256\"}", CLAIMS), Reason.SIGNATURE);
        String good = hs256(CLAIMS);
        refused(good.substring(0, good.lastIndexOf('.') + 1), Reason.SIGNATURE);
        refused(good.substring(0, good.length() - 3), Reason.SIGNATURE);
        refused(good + "AAAA", Reason.SIGNATURE);
    }

    @Test
    void aKeyIdDoesNotKeepASecretFromBeingUsed() {
        assertThat(verify(hs256("{\"alg\":\"HS256\",\"kid\":\"2024\"}", CLAIMS)))
                .isInstanceOf(Verified.class);
    }

    @Test
    void noMutatedTokenIsEverVerified() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        String good = hs256(CLAIMS);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= +/\n\u00e9\u0000{\"";
        for (int i = 0; i < 60_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    case 2 -> text.deleteCharAt(at);
                    default -> {
                        char other = text.charAt(random.nextInt(text.length()));
                        text.setCharAt(at, other);
                    }
                }
            }
            String mutated = text.toString();
            if (!mutated.equals(good)) {
                assertThat(verify(mutated)).as("seed " + seed + ", round " + i).isInstanceOf(Rejected.class);
            }
        }
    }

    /** Signed rightly, so that the readers of header and claims are met. */
    @Test
    void noSignedTextMakesItThrow() {
        long seed = 4;
        Random random = new Random(seed);
        String alphabet = "{}[]\":,0123456789.eE-+ntfalsru\\\u0000\ud800";
        for (int i = 0; i < 30_000; i++) {
            StringBuilder payload = new StringBuilder(CLAIMS);
            for (int n = random.nextInt(4); n >= 0; n--) {
                payload.setCharAt(random.nextInt(payload.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(verify(hs256(payload.toString()))).isNotNull();
        }
    }

    @Test
    void nothingOfATokenIsShownInAReason() {
        assertThat(verify(hs256("{}")).toString()).isEqualTo("Rejected[reason=NO_EXPIRY]");
    }
}
