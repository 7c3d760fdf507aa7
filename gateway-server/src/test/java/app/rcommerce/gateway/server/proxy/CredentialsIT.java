package app.rcommerce.gateway.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.server.testing.ClientProtocol;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import app.rcommerce.gateway.token.Tokens;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which credentials a route takes, and what of them goes upstream. */
@ExtendWith(Leaks.class)
@ParameterizedClass
@EnumSource
class CredentialsIT {

    @Parameter
    ClientProtocol http;

    private static final String KEY = "aB3dEfGh.sEcReTkEy123456789abcdef1234567";

    private volatile RawUpstream.Exchange seen;
    private RawUpstream upstream;
    private TestGateway gateway;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        upstream = new RawUpstream(x -> {
            seen = x;
            x.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok");
        });
        gateway = http.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 1
                shutdown_grace = "2s"
                [server.admin]
                listen = "127.0.0.1:0"
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                scope_claims = ["realm_access.roles"]
                [[auth.api_keys]]
                id = "erp"
                sha256 = "%s"
                """.formatted(Tokens.SECRET, Digests.sha256Hex(KEY)) + Toml.upstream(upstream.port())
                + Toml.route("jwt", "/jwt/**") + "auth = [\"jwt\"]\n"
                + Toml.route("stripped", "/stripped/**") + "auth = \"optional\"\nstrip_credentials = true\n"
                + Toml.route("stored", "/stored/**")
                + "auth = \"required\"\nstrip_credentials = true\ncache = { ttl = \"1m\", shared = true }\n"
                + Toml.route("roles", "/roles") + "auth = [\"jwt\", \"api_key\"]\nscopes = [\"orders:read\"]\n"
                + Toml.route("open", "/open"));
        client = gateway.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        gateway.close();
        upstream.close();
    }

    private static String bearer(String credential) {
        return "Authorization: Bearer " + credential;
    }

    @Test
    void aKeyAloneDoesNotPassWhereATokenIsWanted() throws Exception {
        RawClient.Answer refused = client.get("/jwt/1", "X-API-Key: " + KEY).read();
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.body()).contains("CREDENTIAL_NOT_ACCEPTED");
        assertThat(seen).isNull();
        assertThat(client.get("/jwt/1", bearer(Shop.token("ana"))).read().status())
                .isEqualTo(200);
        assertThat(seen.field("authorization")).startsWith("Bearer ");
        assertThat(seen.field("x-gateway-caller")).isEqualTo("user:ana");
    }

    @Test
    void whatAuthenticatedTheCallerStaysHereWhereTheRouteSaysSo() throws Exception {
        String token = Shop.token("ana");
        for (String[] fields : new String[][] {
            {bearer(token)}, {"X-API-Key: " + KEY}, {"Authorization: " + KEY}, {bearer(token), "x-api-key: " + KEY}, {}
        }) {
            assertThat(client.get("/stripped/1", fields).read().status()).isEqualTo(200);
            assertThat(seen.field("authorization")).isEmpty();
            assertThat(seen.field("x-api-key")).isEmpty();
            assertThat(seen.field("x-gateway-caller").isEmpty()).isEqualTo(fields.length == 0);
        }
        client.send(
                "POST /stripped/1 HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n" + bearer(token) + "\r\n\r\n{}");
        assertThat(client.read().status()).isEqualTo(200);
        assertThat(seen.field("authorization")).isEmpty();
    }

    @Test
    void aStoredReplyIsAskedForWithoutTheCredential() throws Exception {
        String token = bearer(Shop.token("ana"));
        assertThat(client.get("/stored/1", token).read().field("cache-status")).contains("stored");
        assertThat(seen.field("authorization")).isEmpty();
        assertThat(client.get("/stored/1", token).read().field("cache-status")).contains("hit");
        assertThat(client.get("/stored/1").read().status()).isEqualTo(401);
    }

    @Test
    void whereNothingIsVerifiedCredentialsAreForwarded() throws Exception {
        client.get("/open", bearer("whatever"), "X-API-Key: x", "Cookie: a=b").read();
        assertThat(seen.field("authorization")).isEqualTo("Bearer whatever");
        assertThat(seen.field("x-api-key")).isEqualTo("x");
        assertThat(seen.field("cookie")).isEqualTo("a=b");
        assertThat(seen.field("x-gateway-caller")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",\"realm_access\":{\"roles\":[\"products:read\"]}|403",
                ",\"realm_access\":{\"roles\":[\"products:read\",\"orders:read\"]}|200",
                ",\"realm_access\":{\"roles\":[\"orders:admin\"]}|200",
                ",\"realm_access\":{\"roles\":\"profile orders:read\"}|200",
                ",\"realm_access\":{\"roles\":7}|401",
                ",\"scope\":\"orders:read\"|403",
            })
    void scopesStandInTheClaimThatTheConfigurationNames(String more, int status) throws Exception {
        String token = Tokens.hs256(Shop.claims("ana", more));
        assertThat(client.get("/roles", bearer(token)).read().status()).isEqualTo(status);
    }
}
