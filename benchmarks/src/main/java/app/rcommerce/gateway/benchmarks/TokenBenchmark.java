package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.token.JwtVerifier;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.TokenRules;
import app.rcommerce.gateway.token.Verification;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the verification of one token, signature and claims. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenBenchmark {

    @Param({"HS256", "RS256", "ES256"})
    public String algorithm = "HS256";

    private KeySet keys = KeySet.EMPTY;
    private String token = "";
    private JwtVerifier verifier = verifier("HS256");

    private static JwtVerifier verifier(String algorithm) {
        return new JwtVerifier(new TokenRules(
                Set.of(algorithm), "rcommerce", "rcommerce-api", Duration.ofSeconds(30), Set.of("access")));
    }

    @Setup
    public void setUp() throws JOSEException {
        verifier = verifier(algorithm);
        switch (algorithm) {
            case "HS256" ->
                use(KeySet.ofSecret(Samples.SECRET.getBytes(StandardCharsets.UTF_8)), new MACSigner(Samples.SECRET));
            case "RS256" -> {
                RSAKey key = new RSAKeyGenerator(2048).generate();
                use(published(key), new RSASSASigner(key));
            }
            default -> {
                ECKey key = new ECKeyGenerator(Curve.P_256).generate();
                use(published(key), new ECDSASigner(key));
            }
        }
    }

    private static KeySet published(JWK key) {
        return KeySet.ofJwks(new JWKSet(key.toPublicJWK()).toString());
    }

    private void use(KeySet known, JWSSigner signer) {
        keys = known;
        token = Samples.token(JWSAlgorithm.parse(algorithm), signer);
    }

    @Benchmark
    public Verification verify() {
        return verifier.verify(token, keys, System.currentTimeMillis());
    }
}
