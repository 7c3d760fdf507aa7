package app.rcommerce.gateway.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.token.Tokens;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that were made to pass, at a gateway that verifies RS256 with a public key. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource(names = {"HTTP_1_1", "HTTP_2"})
class TokenAttackIT {

    @Parameter
    ClientProtocol http;

    private static final KeyPair PAIR = Tokens.rsa(2048);
    private static final String HEADER = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}";
    private static final String CLAIMS = Shop.claims("42", "");

    private static RawUpstream upstream;
    private static TestGateway gateway;

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int zeros = bytes[0] == 0 ? 1 : 0;
        return Tokens.base64(java.util.Arrays.copyOfRange(bytes, zeros, bytes.length));
    }

    private static String jwk() {
        RSAPublicKey key = (RSAPublicKey) PAIR.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k1\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                + unsigned(key.getModulus()) + "\",\"e\":\"" + unsigned(key.getPublicExponent()) + "\"}]}";
    }

    @BeforeParameterizedClassInvocation
    static void start(ClientProtocol http, @TempDir Path folder) throws Exception {
        Path keys = Files.writeString(folder.resolve("keys.json"), jwk());
        upstream = new RawUpstream(x -> x.ok("secret"));
        gateway = http.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                access_log = false
                [server.admin]
                listen = "127.0.0.1:0"
                [auth.jwt]
                algorithms = ["RS256"]
                jwks_file = "%s"
                issuer = "rcommerce"
                audience = "rcommerce-api"
                bad_signatures = "100000/second"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                auth = "required"
                """.formatted(keys, upstream.port()));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        gateway.close();
        upstream.close();
    }

    private static String signed(String header, String claims) {
        return Tokens.sign("RS256", PAIR.getPrivate(), header, claims);
    }

    private static String hmac(byte[] secret) {
        return Tokens.hmac("HmacSHA256", secret, "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}", CLAIMS);
    }

    @Test
    void aGoodTokenPasses() throws Exception {
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get("/", "Authorization: Bearer " + signed(HEADER, CLAIMS))
                    .read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(upstream.heads().getLast().toLowerCase(java.util.Locale.ROOT))
                    .contains("x-gateway-caller: user:42\r\n");
        }
    }

    static Stream<Arguments> attacks() {
        byte[] der = PAIR.getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
        String good = signed(HEADER, CLAIMS);
        String payload = Tokens.base64(CLAIMS);
        String[] parts = good.split("\\.");
        return Stream.of(
                Arguments.of("no algorithm, no signature", Tokens.base64("{\"alg\":\"none\"}") + "." + payload + "."),
                Arguments.of(
                        "no algorithm, some signature",
                        Tokens.base64("{\"alg\":\"none\"}") + "." + payload + "." + parts[2]),
                Arguments.of(
                        "no algorithm in capitals",
                        Tokens.base64("{\"alg\":\"NONE\",\"kid\":\"k1\"}") + "." + payload + ".AA"),
                Arguments.of("the signature cut off", parts[0] + "." + parts[1] + "."),
                Arguments.of("HMAC with the public key as DER", hmac(der)),
                Arguments.of("HMAC with the public key as PEM", hmac(pem.getBytes(US_ASCII))),
                Arguments.of(
                        "HMAC with the public key as PEM without its last line feed",
                        hmac(pem.strip().getBytes(US_ASCII))),
                Arguments.of("HMAC with the JWK set", hmac(jwk().getBytes(US_ASCII))),
                Arguments.of("HMAC that calls itself RS256", Tokens.hmac("HmacSHA256", der, HEADER, CLAIMS)),
                Arguments.of(
                        "an unknown critical extension",
                        signed(HEADER.replace("}", ",\"crit\":[\"x\"],\"x\":1}"), CLAIMS)),
                Arguments.of(
                        "an empty list of critical extensions", signed(HEADER.replace("}", ",\"crit\":[]}"), CLAIMS)),
                Arguments.of(
                        "a payload that is not encoded",
                        signed(HEADER.replace("}", ",\"crit\":[\"b64\"],\"b64\":false}"), CLAIMS)),
                Arguments.of("an unknown key", signed(HEADER.replace("k1", "k2"), CLAIMS)),
                Arguments.of(
                        "a key of its own",
                        Tokens.sign(
                                "RS256",
                                Tokens.rsa(2048).getPrivate(),
                                HEADER.replace("}", ",\"jwk\":" + jwk().replaceAll("^.*\\[|].*$", "") + "}"),
                                CLAIMS)),
                Arguments.of(
                        "another's signature",
                        Tokens.sign("RS256", Tokens.rsa(2048).getPrivate(), HEADER, CLAIMS)),
                Arguments.of(
                        "other claims",
                        parts[0] + "." + Tokens.base64(CLAIMS.replace("\"42\"", "\"1\"")) + "." + parts[2]),
                Arguments.of("expired", signed(HEADER, CLAIMS.replaceFirst("\"exp\":\\d+", "\"exp\":1700000000"))),
                Arguments.of(
                        "not yet valid", signed(HEADER, CLAIMS.replaceFirst("\"exp\"", "\"nbf\":4000000000,\"exp\""))),
                Arguments.of("no expiry", signed(HEADER, CLAIMS.replaceFirst(",\"exp\":\\d+", ""))),
                Arguments.of(
                        "two expiries", signed(HEADER, CLAIMS.replaceFirst("\"exp\"", "\"exp\":4000000000,\"exp\""))),
                Arguments.of("another audience", signed(HEADER, CLAIMS.replace("rcommerce-api", "other"))),
                Arguments.of("another issuer", signed(HEADER, CLAIMS.replace("\"rcommerce\"", "\"evil\""))),
                Arguments.of("a refresh token", signed(HEADER, CLAIMS.replace("access", "refresh"))),
                Arguments.of("an encrypted token", parts[0] + "..." + parts[1] + "." + parts[2]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void whatWasMadeToPassDoesNot(String what, String token) throws Exception {
        int before = upstream.heads().size();
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer =
                    client.get("/", "Authorization: Bearer " + token).read();
            assertThat(answer.status()).as(what).isEqualTo(401);
            assertThat(answer.field("www-authenticate")).startsWith("Bearer realm=\"rcommerce\", error=\"invalid_");
            assertThat(answer.body()).doesNotContain(token, token.substring(0, 20));
        }
        assertThat(upstream.heads()).hasSize(before);
    }

    @Test
    void aTokenOf100KilobytesIsRefused() throws Exception {
        String good = signed(HEADER, CLAIMS.replaceFirst("\\{", "{\"x\":\"" + "a".repeat(75_000) + "\","));
        assertThat(good.length()).isGreaterThan(100_000);
        if (!http.isHttp2()) {
            // There it does not fit into one frame.
            try (RawClient client = gateway.client()) {
                assertThat(client.get("/", "Authorization: Bearer " + good)
                                .read()
                                .status())
                        .isIn(431, 401);
            }
        }
        String lesser = signed(HEADER, CLAIMS.replaceFirst("\\{", "{\"x\":\"" + "a".repeat(6_500) + "\","));
        assertThat(lesser.length()).isBetween(8_193, 12_000);
        try (RawClient client = gateway.client()) {
            assertThat(client.get("/", "Authorization: Bearer " + lesser).read().status())
                    .isEqualTo(401);
        }
    }

    @Test
    void twoCredentialsOfAKindAreNone() throws Exception {
        String good = signed(HEADER, CLAIMS);
        for (String second : new String[] {"Authorization: Bearer " + good, "Authorization: Bearer x.y.z"}) {
            try (RawClient client = gateway.client()) {
                RawClient.Answer answer =
                        client.get("/", "Authorization: Bearer " + good, second).read();
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.body()).contains("CREDENTIAL_MALFORMED");
            }
        }
    }

    @Test
    void aGoodTokenDoesNotMakeUpForABadKey() throws Exception {
        try (RawClient client = gateway.client()) {
            RawClient.Answer answer = client.get(
                            "/", "Authorization: Bearer " + signed(HEADER, CLAIMS), "X-API-Key: " + Shop.KEY)
                    .read();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body()).contains("API_KEY_INVALID");
        }
    }
}
