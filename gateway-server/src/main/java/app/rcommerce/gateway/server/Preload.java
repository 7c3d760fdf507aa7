package app.rcommerce.gateway.server;

import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.server.about.Version;
import app.rcommerce.gateway.server.metrics.GatewayMetrics;
import app.rcommerce.gateway.server.transport.Transport;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.JwtVerifier;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.TokenRules;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/**
 * Loads on another processor what a start is about to need, by using it once. Only the time of a start depends on it:
 * whatever fails here fails again, and is told, where it matters.
 */
final class Preload {

    /** Of three well-formed parts; nobody has signed it. */
    private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";

    private Preload() {}

    /**
     * What every gateway needs, while the configuration is read.
     *
     * @return completes, in any case, before anybody else may log: two threads that begin to log at once are told of it
     *     by SLF4J at length
     */
    static CompletableFuture<Void> always() {
        CompletableFuture<Void> logging = new CompletableFuture<>();
        begin(() -> {
            try {
                records();
                LoggerFactory.getLogger(Preload.class);
            } finally {
                logging.complete(null);
            }
            Transport.preload();
            new GatewayMetrics(Version.text(), Clock.system()).close();
        });
        return logging;
    }

    /** How records compare is made by the JVM when the first ones are compared. */
    private static void records() {
        Rate rate = new Rate("1/minute", "minute", 1, Duration.ofMinutes(1));
        Rate same = new Rate("1/minute", "minute", 1, Duration.ofMinutes(1));
        if (rate.hashCode() != same.hashCode() || !rate.equals(same)) {
            throw new IllegalStateException("equal rates differ");
        }
    }

    /** What verifies tokens: while the gateway is put together. */
    static void tokens() {
        begin(() -> {
            TokenRules rules = new TokenRules(Set.of("HS256"), null, null, Duration.ZERO, Set.of());
            new JwtVerifier(rules).verify(TOKEN, KeySet.ofSecret(new byte[32]), 0);
        });
    }

    private static void begin(Runnable task) {
        Thread.ofPlatform()
                .daemon()
                .name("preload")
                .uncaughtExceptionHandler((thread, failure) -> {})
                .start(task);
    }
}
