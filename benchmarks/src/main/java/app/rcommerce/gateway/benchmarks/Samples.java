package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;

/** The inputs of the benchmarks: a configuration with many routes, a request, a token. */
final class Samples {

    static final String SECRET = "a benchmark secret of at least 32 characters";

    private Samples() {}

    /** A configuration with so many routes besides those of the shop. */
    static GatewayConfig config(int moreRoutes) {
        StringBuilder toml = new StringBuilder("""
                [auth.jwt]
                algorithms = ["HS256"]
                secret = "%s"
                issuer = "rcommerce"
                audience = "rcommerce-api"
                [limits.flood]
                key = "ip"
                rates = ["1000000000/minute"]
                [limits.anonymous]
                key = "ip"
                applies_to = "anonymous"
                rates = ["1000000000/minute", "10000000000/hour"]
                [limits.user]
                key = "subject"
                rates = ["1000000000/minute", "10000000000/hour"]
                [upstreams.commerce]
                servers = ["http://127.0.0.1:8081"]
                [[routes]]
                name = "products"
                path = "/api/v1/products/**"
                methods = ["GET", "HEAD"]
                upstream = "commerce"
                auth = "optional"
                limits = ["flood", "anonymous", "user"]
                [[routes]]
                name = "rest"
                path = "/**"
                upstream = "commerce"
                """.formatted(SECRET));
        for (int i = 0; i < moreRoutes; i++) {
            toml.append("""
                    [[routes]]
                    name = "r%d"
                    path = "/api/v1/section%d/{id}/parts/**"
                    upstream = "commerce"
                    """.formatted(i, i));
        }
        try {
            Path file = Files.createTempFile("benchmark", ".toml");
            Files.writeString(file, toml);
            ConfigReader.Result result = ConfigReader.read(file, name -> null);
            Files.delete(file);
            return switch (result) {
                case ConfigReader.Result.Loaded loaded -> loaded.config();
                case ConfigReader.Result.Rejected rejected ->
                    throw new IllegalStateException(rejected.problems().toString());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A GET of one product with these fields. */
    static Request request(String... fields) {
        Target target = Objects.requireNonNull(Paths.parse("/api/v1/products/5d1c4b8e?fields=price"));
        Headers headers = FieldList.of(fields);
        return new Request() {
            @Override
            public String method() {
                return "GET";
            }

            @Override
            public Target target() {
                return target;
            }

            @Override
            public String host() {
                return "shop.example.com";
            }

            @Override
            public String authority() {
                return host();
            }

            @Override
            public Headers headers() {
                return headers;
            }
        };
    }

    /** A token as the platform issues them. */
    static String token(JWSAlgorithm algorithm, JWSSigner signer) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .jwtID("b1f7d3c2-0000-4000-8000-000000000001")
                .subject("0b6f2a4e-5d1c-4b8e-9a57-3f1c2d4e5f60")
                .issuer("rcommerce")
                .audience("rcommerce-api")
                .claim("token_type", "access")
                .claim("permissions", List.of("products:read", "orders:write"))
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(86_400)))
                .build();
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
