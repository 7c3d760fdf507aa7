package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.near.NearVerdicts.Found;
import app.rcommerce.gateway.store.near.NearVerdicts.Source;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bounded near copy of the revocations of tokens and the cut-offs of their subjects. An answer of the store is
 * believed until it changes, where changes are told, else for a configured time; when the store is away, a token known
 * to be revoked stays revoked. One of the two is enough to refuse a token. Safe for any thread.
 */
public final class NearRevocations {

    private static final String UNAVAILABLE = "revocations cannot be asked";
    private static final Duration FOREVER = Duration.ofDays(36_525);
    private static final CompletableFuture<@Nullable Revocation> BY_TOKEN =
            CompletableFuture.completedFuture(Revocation.TOKEN);
    private static final CompletableFuture<@Nullable Revocation> BY_CUTOFF =
            CompletableFuture.completedFuture(Revocation.CUTOFF);
    private static final CompletableFuture<@Nullable Revocation> NOT_REVOKED = CompletableFuture.completedFuture(null);

    /** What a token is revoked by. */
    public enum Revocation {
        /** An entry of its own. */
        TOKEN,
        /** A time before which all tokens of its subject are revoked. */
        CUTOFF
    }

    /** Tokens issued before that time are revoked, until this entry ends; both in milliseconds since the epoch. */
    private record Cutoff(long beforeMillis, long untilMillis) {

        boolean revokes(long issuedAtMillis) {
            return RevocationStore.isCutOff(issuedAtMillis, beforeMillis);
        }
    }

    private final Clock clock;
    private final AtomicLong longestLifeMillis = new AtomicLong();
    /** When each revocation ends. */
    private final NearVerdicts<String, Long> tokens;

    private final NearVerdicts<Identifier, Cutoff> cutoffs;

    /** A near copy that believes what {@code near} allows. */
    public NearRevocations(RevocationStore store, Near near, Clock clock) {
        this.clock = clock;
        this.tokens = new NearVerdicts<>(
                new Source<>(
                        id -> store.isRevoked(id).thenApply(revoked -> revoked ? Long.MAX_VALUE : null),
                        Long::longValue,
                        UNAVAILABLE),
                near,
                clock);
        this.cutoffs = new NearVerdicts<>(
                new Source<>(
                        subject -> store.cutoff(subject)
                                .thenApply(millis -> millis == RevocationStore.NO_CUTOFF
                                        ? null
                                        : new Cutoff(millis, Long.MAX_VALUE)),
                        Cutoff::untilMillis,
                        UNAVAILABLE),
                near,
                clock);
        near.tracking().listen(Tracking.Kind.TOKEN, tokens::changed);
        near.tracking().listen(Tracking.Kind.CUTOFF, name -> {
            Identifier subject = Identifier.parse(name);
            if (subject != null) {
                cutoffs.changed(subject);
            }
        });
    }

    /**
     * What a token, issued at the given time in milliseconds since the epoch, is revoked by; null where it is not. The
     * stage fails only where nothing is known against it: with {@link StoreUnavailable} while the store is away, else
     * with the store's own failure.
     */
    public CompletionStage<@Nullable Revocation> find(String tokenId, Identifier subject, long issuedAtMillis) {
        Found<Long> token = tokens.near(tokenId);
        Found<Cutoff> cutoff = cutoffs.near(subject);
        if (token != null && token.isBad()) {
            return BY_TOKEN;
        }
        if (cutoff != null && revokes(cutoff, issuedAtMillis)) {
            return BY_CUTOFF;
        }
        if (token != null && cutoff != null) {
            return NOT_REVOKED;
        }
        // Both are asked before either answer is looked at, so that they travel together.
        CompletableFuture<@Nullable Revocation> byToken = token != null
                ? NOT_REVOKED
                : tokens.ask(tokenId).thenApply(found -> found.isBad() ? Revocation.TOKEN : null);
        CompletableFuture<@Nullable Revocation> bySubject = cutoff != null
                ? NOT_REVOKED
                : cutoffs.ask(subject).thenApply(found -> revokes(found, issuedAtMillis) ? Revocation.CUTOFF : null);
        return AnyOf.of(byToken, bySubject);
    }

    private static boolean revokes(Found<Cutoff> found, long issuedAtMillis) {
        Cutoff cutoff = found.bad();
        return cutoff != null && cutoff.revokes(issuedAtMillis);
    }

    /**
     * Records the life of a good token, for {@link #longestLife}. Where the token does not say when it was issued, its
     * life counts from now.
     */
    public void seen(long issuedAtMillis, long expiresAtMillis) {
        long since = issuedAtMillis == 0 ? clock.millis() : issuedAtMillis;
        long life = Math.min(expiresAtMillis - since, FOREVER.toMillis());
        // Read before it is written: once the longest life is known nothing is.
        if (life > longestLifeMillis.get()) {
            longestLifeMillis.accumulateAndGet(life, Math::max);
        }
    }

    /** The longest life of a token that this node has seen since it started; zero before. */
    public Duration longestLife() {
        return Duration.ofMillis(longestLifeMillis.get());
    }

    /** Records that this node has revoked the token for {@code life}. */
    public void revoked(String tokenId, Duration life) {
        tokens.wrote(tokenId, until(life));
    }

    /**
     * Records that this node has revoked, for {@code life}, every token of the subject that was issued before a time.
     */
    public void cutOff(Identifier subject, long beforeMillis, Duration life) {
        cutoffs.wrote(subject, new Cutoff(beforeMillis, until(life)));
    }

    private long until(Duration life) {
        boolean forever = life.compareTo(FOREVER) >= 0;
        return forever ? Long.MAX_VALUE : clock.millis() + Math.max(1, life.toMillis());
    }

    /** Records that this node has ended the revocation of the token. */
    public void restored(String tokenId) {
        tokens.lifted(tokenId);
    }

    /** Records that this node has ended the cut-off of the subject. */
    public void restored(Identifier subject) {
        cutoffs.lifted(subject);
    }
}
