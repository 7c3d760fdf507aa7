package app.rcommerce.gateway.server.admin.operations;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.admin.operations.Operations.Revocation;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations on revocations, in the shared store and in this node's near copy. Safe for any thread. */
final class RevocationOperations {

    private static final Logger LOG = LoggerFactory.getLogger(RevocationOperations.class);
    private static final Duration LEAST_REVOCATION = Duration.ofHours(24);

    private final GatewayOperations.Dependencies dependencies;
    private final GatewayControl gateway;
    private final Clock clock;

    RevocationOperations(GatewayOperations.Dependencies dependencies, GatewayControl gateway, Clock clock) {
        this.dependencies = dependencies;
        this.gateway = gateway;
        this.clock = clock;
    }

    private GatewayConfig config() {
        return gateway.loaded().get().config();
    }

    CompletionStage<Revocation> revoke(Revocable token, @Nullable Duration life) {
        Duration kept = life == null ? lifeLeft(token) : life;
        return dependencies
                .backend()
                .stores()
                .revocations()
                .revoke(token.tokenId(), kept, "")
                .thenApply(done -> {
                    dependencies.revocations().revoked(token.tokenId(), kept);
                    LOG.info("admin: token {} revoked for {} s", token.tokenId(), kept.toSeconds());
                    return new Revocation(token.tokenId(), null, null, kept.toSeconds());
                });
    }

    /** The time until the token expires by itself, with the clock skew that is granted to it. */
    private Duration lifeLeft(Revocable token) {
        if (token.expiresAtMillis() == Revocable.UNKNOWN) {
            return defaultLife();
        }
        var jwt = config().auth().jwt();
        Duration skew = jwt == null ? Duration.ZERO : jwt.clockSkew();
        return Duration.ofSeconds(Times.secondsUp(Math.max(0, token.expiresAtMillis() - clock.millis())))
                .plus(skew)
                .plusSeconds(1);
    }

    /** The longest life of any token issued before now: the configured one, or the longest that was seen. */
    private Duration defaultLife() {
        CacheConfig.RedisConfig redis = config().cache().redis();
        var jwt = config().auth().jwt();
        return Stream.of(
                        LEAST_REVOCATION,
                        redis == null ? Duration.ZERO : redis.ttl().tokenBlacklist(),
                        jwt == null ? Duration.ZERO : jwt.maxTokenLife().plus(jwt.clockSkew()),
                        dependencies.revocations().longestLife())
                .max(Comparator.naturalOrder())
                .orElse(LEAST_REVOCATION);
    }

    CompletionStage<Revocation> revokeBefore(Identifier subject, long cutoffMillis, @Nullable Duration life) {
        Duration kept = life == null ? defaultLife() : life;
        return dependencies
                .backend()
                .stores()
                .revocations()
                .revokeBefore(subject, cutoffMillis, kept)
                .thenApply(done -> {
                    dependencies.revocations().cutOff(subject, cutoffMillis, kept);
                    String before = Times.iso(cutoffMillis);
                    LOG.info(
                            "admin: tokens of {} issued before {} revoked for {} s", subject, before, kept.toSeconds());
                    return new Revocation(null, subject.toString(), before, kept.toSeconds());
                });
    }

    CompletionStage<Boolean> restore(Revocable token) {
        return dependencies
                .backend()
                .stores()
                .revocations()
                .restore(token.tokenId())
                .thenApply(found -> {
                    dependencies.revocations().restored(token.tokenId());
                    return restored(token.tokenId(), found);
                });
    }

    CompletionStage<Boolean> restore(Identifier subject) {
        return dependencies.backend().stores().revocations().restore(subject).thenApply(found -> {
            dependencies.revocations().restored(subject);
            return restored(subject.toString(), found);
        });
    }

    private static boolean restored(String what, boolean found) {
        LOG.info("admin: {} restored: {}", what, found ? "done" : "was not revoked");
        return found;
    }
}
