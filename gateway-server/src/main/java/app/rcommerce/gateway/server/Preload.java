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
 * Loads and initializes the classes that a start is about to need, on threads beside it, by using each of them once. It
 * only shortens the start: a failure here is ignored, since the same step fails again, and is reported, where its
 * result is needed.
 */
final class Preload {

    /** A well-formed token with an invalid signature. */
    private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";

    private Preload() {}

    /**
     * Loads what every gateway needs, while the configuration is read.
     *
     * @return completes, in any case, before anybody else may log, since SLF4J prints long warnings where two threads
     *     begin to log at once
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

    /** Compares two records once: the JVM generates the comparison of records at its first use. */
    private static void records() {
        Rate rate = new Rate("1/minute", "minute", 1, Duration.ofMinutes(1));
        Rate same = new Rate("1/minute", "minute", 1, Duration.ofMinutes(1));
        if (rate.hashCode() != same.hashCode() || !rate.equals(same)) {
            throw new IllegalStateException("equal rates differ");
        }
    }

    /** Loads what verifies tokens, while the gateway is put together. */
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
