package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.AuthConfig.Jwt;
import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Nearest;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.config.read.Sources;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.token.TokenRules;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code [auth.jwt]}. */
final class JwtReader {

    /** The algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 that sign. */
    private static final List<String> ALGORITHMS = List.of(
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA");

    private static final Rate BAD_SIGNATURES = new Rate("20/minute", "minute", 20, Duration.ofMinutes(1));

    private static final Form<String> CLAIM = Form.matching(
            "(?!.*\\.\\.)[!-~&&[^.\"\\\\]]([!-~&&[^\"\\\\]]{0,126}[!-~&&[^.\"\\\\]])?",
            "the name of a claim, or a path of names such as \"realm_access.roles\"");

    private static final JsonMapper JSON = new JsonMapper();

    private final Section jwt;
    private final Sources sources;

    private JwtReader(Section jwt, Sources sources) {
        this.jwt = jwt;
        this.sources = sources;
    }

    static Jwt read(Section jwt, Sources sources) {
        return new JwtReader(jwt, sources).read();
    }

    private Jwt read() {
        Set<String> algorithms = Set.copyOf(jwt.someTexts("algorithms", new AlgorithmName(), List.of()));
        if (!jwt.has("algorithms")) {
            jwt.problem("algorithms", "the algorithms that tokens are signed with, such as [\"HS256\"]");
        }
        Secret secret = jwt.secret("secret");
        String jwks = jwks();
        String url = jwt.text("jwks_url", Form.of("an http or https URL without user and password", JwtReader::url));
        checkSecret(algorithms, secret);
        checkKeySet(algorithms);
        return new Jwt(
                algorithms,
                secret,
                jwks,
                url,
                jwt.text("issuer", Form.NOT_EMPTY),
                jwt.text("audience", Form.NOT_EMPTY),
                jwt.duration("clock_skew", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(5)),
                jwt.duration("max_token_life", Duration.ofHours(24), Duration.ofHours(24), Duration.ofDays(3660)),
                Set.copyOf(jwt.has("token_types") ? jwt.texts("token_types", Form.NOT_EMPTY) : List.of("access")),
                jwt.someTexts("scope_claims", CLAIM, TokenRules.SCOPE_CLAIMS),
                jwt.text("bad_signatures", Form.of(Rate.EXPECTED, Rate::parse), BAD_SIGNATURES),
                jwt.choice("on_store_failure", OnUnknown.ALLOW),
                jwt.text(
                        "cookie",
                        Form.matching(
                                "[A-Za-z0-9!#$%&'*+.^_|~-]{1,64}", "the name of a cookie, such as \"access_token\"")));
    }

    private void checkSecret(Set<String> algorithms, @Nullable Secret secret) {
        Optional<String> longest =
                algorithms.stream().filter(JwtReader::isHmac).max(Comparator.comparingInt(JwtReader::bytes));
        if (longest.isEmpty()) {
            if (secret != null && isKnown(algorithms)) {
                jwt.problem("secret", "none, since algorithms names no HS256, HS384 or HS512");
            }
            return;
        }
        String algorithm = longest.get();
        String wanted = "at least " + bytes(algorithm) + " bytes for " + algorithm + " (RFC 7518 §3.2)";
        if (secret == null) {
            if (!jwt.isFaulty("secret")) {
                jwt.problem("secret", wanted);
            }
            return;
        }
        int length = secret.value().getBytes(StandardCharsets.UTF_8).length;
        if (length < bytes(algorithm)) {
            jwt.problem("secret", wanted + ", not " + length);
        }
    }

    private void checkKeySet(Set<String> algorithms) {
        Optional<String> asymmetric = algorithms.stream()
                .filter(algorithm -> !isHmac(algorithm))
                .sorted()
                .findFirst();
        boolean file = jwt.has("jwks_file");
        boolean url = jwt.has("jwks_url");
        if (asymmetric.isPresent() && !file && !url) {
            jwt.problem("jwks_file", "jwks_file or jwks_url, for the public keys of " + asymmetric.get());
        }
        if (asymmetric.isEmpty() && isKnown(algorithms) && (file || url)) {
            jwt.problem(file ? "jwks_file" : "jwks_url", "none, since algorithms names only HS256, HS384 or HS512");
        }
    }

    /** Whether all the algorithms are known, so that a key which no algorithm needs can be reported. */
    private boolean isKnown(Set<String> algorithms) {
        return !algorithms.isEmpty() && !jwt.isFaulty("algorithms");
    }

    private @Nullable String jwks() {
        if (!jwt.has("jwks_file")) {
            return null;
        }
        String content = sources.named(jwt, "jwks_file");
        if (content != null && !isKeySet(content)) {
            jwt.problem(
                    "jwks_file",
                    "a JWK set (RFC 7517 §5): a JSON object with a list \"keys\" that has at least one key");
        }
        return content;
    }

    /** Whether the text has the form of a JWK set. Whether its keys can be used is checked by the verifier. */
    private static boolean isKeySet(String content) {
        try {
            JsonNode keys = JSON.readTree(content).get("keys");
            if (keys == null || !keys.isArray() || keys.isEmpty()) {
                return false;
            }
            for (JsonNode key : keys) {
                if (!key.path("kty").isString()) {
                    return false;
                }
            }
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static @Nullable String url(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean http = scheme.equals("http") || scheme.equals("https");
            return http && uri.getHost() != null && uri.getRawUserInfo() == null ? text : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean isHmac(String algorithm) {
        return algorithm.startsWith("HS");
    }

    /** The length of the algorithm's digest in bytes, which is the shortest length of a secret. */
    private static int bytes(String algorithm) {
        return Integer.parseInt(algorithm.substring(2)) / 8;
    }

    private record AlgorithmName() implements Form<String> {

        @Override
        public @Nullable String read(String text) {
            return ALGORITHMS.contains(text) ? text : null;
        }

        @Override
        public String expected(String text) {
            return text.equalsIgnoreCase("none")
                    ? "an algorithm that signs; tokens without a signature are never accepted"
                    : Nearest.expected(text, ALGORITHMS);
        }
    }
}
