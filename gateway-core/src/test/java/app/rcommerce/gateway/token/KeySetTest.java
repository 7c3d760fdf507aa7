package app.rcommerce.gateway.token;

import static app.rcommerce.gateway.token.Tokens.CLAIMS;
import static app.rcommerce.gateway.token.Tokens.NOW;
import static app.rcommerce.gateway.token.Tokens.base64;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.token.Verification.Reason;
import app.rcommerce.gateway.token.Verification.Rejected;
import app.rcommerce.gateway.token.Verification.UnknownKey;
import app.rcommerce.gateway.token.Verification.Verified;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetTest {

    private static final KeyPair RSA = Tokens.rsa(2048);
    private static final KeyPair P_256 = Tokens.ec("secp256r1");
    private static final KeyPair ED = Tokens.ed25519();
    private static final JwtVerifier ANY = new JwtVerifier(
            new TokenRules(TokenRules.ALGORITHMS, "rcommerce", "rcommerce-api", Duration.ZERO, Set.of()));

    private static String rsaJwk(KeyPair pair, String kid) {
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .keyID(kid)
                .build()
                .toJSONString();
    }

    private static String ecJwk(Curve curve, KeyPair pair, String kid) {
        return new ECKey.Builder(curve, (ECPublicKey) pair.getPublic())
                .keyID(kid)
                .build()
                .toJSONString();
    }

    private static String edJwk(KeyPair pair, String kid) {
        return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" + kid + "\",\"x\":\"" + Tokens.x(pair) + "\"}";
    }

    private static KeySet keys(String... members) {
        return KeySet.ofJwks("{\"keys\":[" + String.join(",", members) + "]}");
    }

    private static String header(String algorithm, String kid) {
        return "{\"alg\":\"" + algorithm + "\"" + (kid == null ? "" : ",\"kid\":\"" + kid + "\"") + "}";
    }

    private static String token(String algorithm, KeyPair pair, String kid) {
        return Tokens.sign(algorithm, pair.getPrivate(), header(algorithm, kid), CLAIMS);
    }

    private static Verification verify(String token, KeySet keys) {
        return ANY.verify(token, keys, NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void rsaKeysVerify(String algorithm) {
        assertThat(verify(token(algorithm, RSA, "r"), keys(rsaJwk(RSA, "r")))).isInstanceOf(Verified.class);
    }

    @ParameterizedTest
    @CsvSource({"ES256,secp256r1,P-256", "ES384,secp384r1,P-384", "ES512,secp521r1,P-521"})
    void ellipticCurveKeysVerifyByTheAlgorithmOfTheirCurveAlone(String algorithm, String curve, String name) {
        KeyPair pair = Tokens.ec(curve);
        KeySet keys = keys(ecJwk(Curve.parse(name), pair, "e"));
        assertThat(verify(token(algorithm, pair, "e"), keys)).isInstanceOf(Verified.class);
        for (String other : Set.of("ES256", "ES384", "ES512", "RS256", "HS256", "EdDSA")) {
            assertThat(keys.serves(other)).isEqualTo(other.equals(algorithm));
        }
    }

    @Test
    void ed25519KeysVerify() {
        KeySet keys = keys(edJwk(ED, "d"));
        String token = token("EdDSA", ED, "d");
        assertThat(verify(token, keys)).isInstanceOf(Verified.class);
        assertThat(verify(token, keys(edJwk(Tokens.ed25519(), "d")))).isEqualTo(new Rejected(Reason.SIGNATURE));
        assertThat(verify(with(token, Arrays.copyOf(signature(token), 63)), keys))
                .isEqualTo(new Rejected(Reason.SIGNATURE));
        assertThat(verify(token.substring(0, token.lastIndexOf('.') + 1), keys))
                .isEqualTo(new Rejected(Reason.SIGNATURE));
    }

    @Test
    void theExampleOfRfc8037IsVerified() {
        String token =
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhij"
                        + "cNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        KeySet keys =
                keys("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
        // Its payload is no JSON, which is looked at only when the signature is good.
        assertThat(verify(token, keys)).isEqualTo(new Rejected(Reason.MALFORMED));
        assertThat(verify(token.replace(".hgyY", ".hgyZ"), keys)).isEqualTo(new Rejected(Reason.SIGNATURE));
    }

    @Test
    void theEllipticExampleOfRfc7515IsVerified() {
        String token =
                "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ij"
                        + "p0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        KeySet keys = keys("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}");
        assertThat(verify(token, keys)).isEqualTo(new Rejected(Reason.EXPIRED));
        assertThat(verify(token.replace(".DtEh", ".DtEi"), keys)).isEqualTo(new Rejected(Reason.SIGNATURE));
    }

    @Test
    void aPublicRsaKeyNeverServesAsHmacSecret() {
        KeySet keys = keys(rsaJwk(RSA, "r"));
        byte[] der = RSA.getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END PUBLIC KEY-----\n";
        byte[] modulus = ((RSAPublicKey) RSA.getPublic()).getModulus().toByteArray();
        String jwk = rsaJwk(RSA, "r");
        for (byte[] secret : new byte[][] {der, pem.getBytes(US_ASCII), modulus, jwk.getBytes(UTF_8)}) {
            for (String kid : new String[] {null, "r", "x"}) {
                String token = Tokens.hmac("HmacSHA256", secret, header("HS256", kid), CLAIMS);
                assertThat(verify(token, keys)).isEqualTo(new Rejected(Reason.ALGORITHM));
                KeySet both = keys.and(KeySet.ofSecret(Tokens.SECRET.getBytes(UTF_8)));
                assertThat(verify(token, both)).isEqualTo(new Rejected(Reason.SIGNATURE));
            }
        }
    }

    @Test
    void aSecretInAPublicSetIsSkipped() {
        KeySet keys = keys("{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"" + base64(Tokens.SECRET) + "\"}", rsaJwk(RSA, "r"));
        assertThat(keys.size()).isEqualTo(1);
        assertThat(keys.skipped()).isEqualTo(1);
        assertThat(verify(Tokens.hs256(header("HS256", "s"), CLAIMS), keys)).isEqualTo(new Rejected(Reason.ALGORITHM));
    }

    @Test
    void anUnknownKeyIsWorthALookAtTheSource() {
        assertThat(verify(token("RS256", RSA, "new"), keys(rsaJwk(RSA, "old")))).isEqualTo(new UnknownKey("new"));
        assertThat(verify(token("RS256", RSA, null), KeySet.EMPTY)).isEqualTo(new UnknownKey(null));
        assertThat(verify(token("RS256", RSA, "r"), KeySet.EMPTY)).isEqualTo(new UnknownKey("r"));
    }

    @Test
    void aBadSignatureByAKnownKeyIsNotWorthALook() {
        KeyPair other = Tokens.rsa(2048);
        assertThat(verify(token("RS256", other, "r"), keys(rsaJwk(RSA, "r"))))
                .isEqualTo(new Rejected(Reason.SIGNATURE));
        assertThat(verify(token("RS256", other, null), keys(rsaJwk(RSA, "r"))))
                .isEqualTo(new Rejected(Reason.SIGNATURE));
    }

    @Test
    void aTokenWithoutKeyIdIsTriedWithTheKeysOfItsFamily() {
        KeySet keys = keys(rsaJwk(Tokens.rsa(2048), "a"), ecJwk(Curve.P_256, P_256, "b"), rsaJwk(RSA, "c"));
        assertThat(verify(token("RS256", RSA, null), keys)).isInstanceOf(Verified.class);
        assertThat(verify(token("ES256", P_256, null), keys)).isInstanceOf(Verified.class);
    }

    @Test
    void aKeyIdOfAnotherFamilyDoesNotHelp() {
        KeySet keys = keys(rsaJwk(RSA, "r"), ecJwk(Curve.P_256, P_256, "e"));
        assertThat(verify(token("ES256", P_256, "r"), keys)).isEqualTo(new UnknownKey("r"));
    }

    @Test
    void aKeyWithoutIdServesATokenThatNamesOne() {
        String jwk = new RSAKey.Builder((RSAPublicKey) RSA.getPublic()).build().toJSONString();
        assertThat(verify(token("RS256", RSA, "x"), keys(jwk))).isInstanceOf(Verified.class);
        assertThat(verify(token("RS256", Tokens.rsa(2048), "x"), keys(jwk))).isEqualTo(new UnknownKey("x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"use\":\"sig\"|true",
                "\"use\":\"enc\"|false",
                "\"key_ops\":[\"verify\"]|true",
                "\"key_ops\":[\"sign\"]|false",
                "\"key_ops\":[\"encrypt\",\"wrapKey\"]|false",
                "\"alg\":\"RS256\"|true",
                "\"alg\":\"RS512\"|false",
                "\"alg\":\"PS256\"|false",
                "\"alg\":\"HS256\"|false",
                "\"alg\":\"RSA-OAEP\"|false",
            })
    void whatAKeyIsForIsHonoured(String member, boolean verifies) {
        KeySet keys = keys("{" + member + "," + rsaJwk(RSA, "r").substring(1));
        assertThat(verify(token("RS256", RSA, "r"), keys) instanceof Verified).isEqualTo(verifies);
    }

    @Test
    void theNewNameOfEd25519IsKnown() {
        assertThat(keys("{\"alg\":\"Ed25519\"," + edJwk(ED, "d").substring(1)).serves("EdDSA"))
                .isTrue();
    }

    @Test
    void unusableKeysAreSkippedAndTheOthersStay() {
        KeySet keys = keys(
                "{}",
                "7",
                "null",
                "{\"kty\":\"unknown\"}",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
                "{\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"}",
                rsaJwk(Tokens.rsa(1024), "weak"),
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
                "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + Tokens.x(ED) + "\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
                rsaJwk(RSA, "r"));
        assertThat(keys.size()).isEqualTo(1);
        assertThat(keys.skipped()).isEqualTo(11);
        assertThat(verify(token("RS256", RSA, "r"), keys)).isInstanceOf(Verified.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{}", "null", "{\"keys\":{}}", "{\"keys\":7}", "<html>"})
    void whatIsNoKeySetIsRefused(String json) {
        assertThatThrownBy(() -> KeySet.ofJwks(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void aShortSecretIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> KeySet.ofSecret("too short".getBytes(UTF_8)))
                .hasMessage("JWT secret: 9 bytes (expected: at least 32)");
    }

    @Test
    void aSecretServesOnlyTheAlgorithmsItIsLongEnoughFor() {
        KeySet keys = KeySet.ofSecret(new byte[48]);
        assertThat(keys.serves("HS256")).isTrue();
        assertThat(keys.serves("HS384")).isTrue();
        assertThat(keys.serves("HS512")).isFalse();
        String token = Tokens.hmac("HmacSHA512", new byte[48], header("HS512", null), CLAIMS);
        assertThat(verify(token, keys)).isEqualTo(new Rejected(Reason.ALGORITHM));
        String longer = Tokens.hmac("HmacSHA512", new byte[64], header("HS512", null), CLAIMS);
        assertThat(verify(longer, KeySet.ofSecret(new byte[64]))).isInstanceOf(Verified.class);
    }

    private static byte[] signature(String token) {
        return Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    }

    private static String with(String token, byte[] signature) {
        return token.substring(0, token.lastIndexOf('.') + 1) + base64(signature);
    }

    @Test
    void anEcdsaSignatureOfAnotherLengthIsRefused() {
        KeySet keys = keys(ecJwk(Curve.P_256, P_256, "e"));
        String token = token("ES256", P_256, "e");
        byte[] good = signature(token);
        assertThat(verify(with(token, good), keys)).isInstanceOf(Verified.class);
        for (int length : new int[] {0, 1, 32, 63, 65, 66, 96, 128, 4000}) {
            assertThat(verify(with(token, Arrays.copyOf(good, length)), keys))
                    .as("length " + length)
                    .isEqualTo(new Rejected(Reason.SIGNATURE));
        }
        byte[] padded = new byte[66];
        System.arraycopy(good, 0, padded, 1, 32);
        System.arraycopy(good, 32, padded, 34, 32);
        assertThat(verify(with(token, padded), keys)).isEqualTo(new Rejected(Reason.SIGNATURE));
    }

    @Test
    void anEcdsaSignatureOfZeroesIsRefused() {
        KeySet keys = keys(ecJwk(Curve.P_256, P_256, "e"));
        String token = token("ES256", P_256, "e");
        assertThat(verify(with(token, new byte[64]), keys)).isEqualTo(new Rejected(Reason.SIGNATURE));
        byte[] order = new byte[64];
        byte[] n = ((ECPublicKey) P_256.getPublic()).getParams().getOrder().toByteArray();
        System.arraycopy(n, n.length - 32, order, 0, 32);
        System.arraycopy(n, n.length - 32, order, 32, 32);
        assertThat(verify(with(token, order), keys)).isEqualTo(new Rejected(Reason.SIGNATURE));
    }

    @Test
    void theOtherSignatureOfTheSameTokenIsRevokedWithIt() {
        KeySet keys = keys(ecJwk(Curve.P_256, P_256, "e"));
        String token = token("ES256", P_256, "e");
        byte[] signature = signature(token);
        BigInteger order = ((ECPublicKey) P_256.getPublic()).getParams().getOrder();
        byte[] negated = order.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)))
                .toByteArray();
        byte[] s = new byte[32];
        int length = Math.min(32, negated.length);
        System.arraycopy(negated, negated.length - length, s, 32 - length, length);
        System.arraycopy(s, 0, signature, 32, 32);
        String copy = with(token, signature);
        assertThat(copy).isNotEqualTo(token);
        assertThat(TokenId.ofUnverified(copy)).isEqualTo(TokenId.ofUnverified(token));
        if (verify(copy, keys) instanceof Verified(var caller)) {
            assertThat(caller.tokenId()).isEqualTo(TokenId.ofUnverified(token));
        }
    }

    @Test
    void noMutatedTokenIsEverVerifiedByAPublicKey() {
        long seed = 31;
        Random random = new Random(seed);
        KeySet keys = keys(rsaJwk(RSA, "r"), ecJwk(Curve.P_256, P_256, "e"), edJwk(ED, "d"));
        String[] good = {
            token("RS256", RSA, "r"), token("PS256", RSA, "r"), token("EdDSA", ED, "d"), token("ES256", P_256, "e")
        };
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
        for (int i = 0; i < 4000; i++) {
            String origin = good[i % good.length];
            StringBuilder text = new StringBuilder(origin);
            for (int n = random.nextInt(2); n >= 0; n--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (!text.toString().equals(origin)) {
                assertThat(verify(text.toString(), keys))
                        .as("seed " + seed + ", round " + i)
                        .isNotInstanceOf(Verified.class);
            }
        }
    }

    @Test
    void noSignatureMakesItThrow() {
        Random random = new Random(32);
        KeySet keys = keys(rsaJwk(RSA, "r"), ecJwk(Curve.P_256, P_256, "e"), edJwk(ED, "d"));
        String[] good = {
            token("RS256", RSA, "r"), token("PS256", RSA, "r"), token("EdDSA", ED, "d"), token("ES256", P_256, "e")
        };
        for (int i = 0; i < 2000; i++) {
            byte[] signature = new byte[random.nextInt(4) * 32 + random.nextInt(3)];
            if (random.nextBoolean()) {
                Arrays.fill(signature, (byte) -1);
            } else {
                random.nextBytes(signature);
            }
            assertThat(verify(with(good[i % good.length], signature), keys)).isEqualTo(new Rejected(Reason.SIGNATURE));
        }
    }

    @Test
    void aFixedSourceStaysAsItIs() {
        KeySet keys = keys(rsaJwk(RSA, "r"));
        KeySource source = KeySource.fixed(keys);
        assertThat(source.current()).isSameAs(keys);
        assertThat(source.refresh().toCompletableFuture().join()).isSameAs(keys);
    }
}
