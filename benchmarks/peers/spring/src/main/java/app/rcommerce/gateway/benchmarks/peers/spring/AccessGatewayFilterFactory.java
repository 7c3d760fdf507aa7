package app.rcommerce.gateway.benchmarks.peers.spring;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Knows the caller by API key or by a token that is verified each time, then asks Redis once, with one MGET, whether the
 * address, the caller or the token is blocked.
 */
@Component
public class AccessGatewayFilterFactory extends AbstractGatewayFilterFactory<AccessGatewayFilterFactory.Config> {

    /** Attribute of the exchange: who calls, such as {@code key:bench}. */
    static final String CALLER = "caller";

    /** What the scenario's file says: a secret for tokens, or a file of API keys, each line {@code KEY key:ID}. */
    public static class Config {
        private String secret = "";
        private String keys = "";

        public String getSecret() {
            return secret;
        }

        public void setSecret(String secret) {
            this.secret = secret;
        }

        public String getKeys() {
            return keys;
        }

        public void setKeys(String keys) {
            this.keys = keys;
        }
    }

    private record Known(String caller, List<String> redisKeys) {}

    private final ReactiveStringRedisTemplate redis;

    public AccessGatewayFilterFactory(ReactiveStringRedisTemplate redis) {
        super(Config.class);
        this.redis = redis;
    }

    @Override
    public GatewayFilter apply(Config config) {
        return config.getSecret().isEmpty() ? byKey(Path.of(config.getKeys())) : byToken(config.getSecret());
    }

    private GatewayFilter byKey(Path keys) {
        Map<String, String> callers = callers(keys);
        return (exchange, chain) -> {
            String key = Objects.requireNonNullElse(exchange.getRequest().getHeaders().getFirst("X-API-Key"), "");
            String caller = callers.get(key);
            if (caller == null) {
                return refuse(exchange, HttpStatus.UNAUTHORIZED);
            }
            return decide(exchange, new Known(caller, blocks(exchange, caller)), chain::filter);
        };
    }

    private static Map<String, String> callers(Path keys) {
        var callers = new HashMap<String, String>();
        try {
            for (String line : Files.readAllLines(keys)) {
                int space = line.indexOf(' ');
                callers.put(line.substring(0, space), line.substring(space + 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return callers;
    }

    private GatewayFilter byToken(String secret) {
        MACVerifier verifier;
        try {
            verifier = new MACVerifier(secret.getBytes(StandardCharsets.UTF_8));
        } catch (JOSEException e) {
            throw new IllegalArgumentException(e);
        }
        return (exchange, chain) -> {
            JWTClaimsSet claims = verified(exchange, verifier);
            if (claims == null) {
                return refuse(exchange, HttpStatus.UNAUTHORIZED);
            }
            String caller = "user:" + claims.getSubject();
            List<String> keys = blocks(exchange, caller);
            keys.add("token:blacklist:" + claims.getJWTID());
            return decide(exchange, new Known(caller, keys), chain::filter);
        };
    }

    private static JWTClaimsSet verified(ServerWebExchange exchange, MACVerifier verifier) {
        String field = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (field == null || !field.startsWith("Bearer ")) {
            return null;
        }
        try {
            SignedJWT token = SignedJWT.parse(field.substring(7));
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm()) || !token.verify(verifier)) {
                return null;
            }
            JWTClaimsSet claims = token.getJWTClaimsSet();
            Date end = claims.getExpirationTime();
            return end != null && end.after(new Date()) && claims.getSubject() != null ? claims : null;
        } catch (ParseException | JOSEException e) {
            return null;
        }
    }

    private static List<String> blocks(ServerWebExchange exchange, String caller) {
        var keys = new java.util.ArrayList<String>(3);
        keys.add("rcommerce:blocklist:ip:" + address(exchange));
        keys.add("rcommerce:blocklist:" + caller);
        return keys;
    }

    private interface Next {
        Mono<Void> proceed(ServerWebExchange exchange);
    }

    private Mono<Void> decide(ServerWebExchange exchange, Known known, Next next) {
        return redis.opsForValue().multiGet(known.redisKeys()).flatMap(found -> {
            if (found.stream().anyMatch(Objects::nonNull)) {
                return refuse(exchange, HttpStatus.FORBIDDEN);
            }
            exchange.getAttributes().put(CALLER, known.caller());
            return next.proceed(exchange);
        });
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status) {
        exchange.getResponse().setStatusCode(status);
        return exchange.getResponse().setComplete();
    }

    static String address(ServerWebExchange exchange) {
        return Objects.requireNonNull(exchange.getRequest().getRemoteAddress()).getAddress().getHostAddress();
    }
}
