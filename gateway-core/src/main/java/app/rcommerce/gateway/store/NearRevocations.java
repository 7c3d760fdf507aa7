package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.NearAnswers.Question;
import app.rcommerce.gateway.store.RevocationStore.Standing;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A bounded near copy of what is known against tokens and against their subjects. An answer of the store is believed
 * until it changes, where changes are told, else for a configured time; when the store is away, a token known to be revoked
 * stays revoked. Safe for any thread.
 */
public final class NearRevocations {

    private static final int MOST_ENTRIES = 50_000;
    private static final CompletionStage<Boolean> REVOKED = CompletableFuture.completedFuture(true);
    private static final CompletionStage<Boolean> NOT_REVOKED = CompletableFuture.completedFuture(false);

    private final RevocationStore store;
    private final NearAnswers<String, Boolean> tokens;
    private final NearAnswers<Identifier, Long> cutoffs;
    private final Cache<String, Boolean> knownTokens =
            Caffeine.newBuilder().maximumSize(MOST_ENTRIES).executor(Runnable::run).build();
    private final Cache<Identifier, Long> knownCutoffs =
            Caffeine.newBuilder().maximumSize(MOST_ENTRIES).executor(Runnable::run).build();

    /** A near copy that believes what {@code near} allows. */
    public NearRevocations(RevocationStore store, Near near, Clock clock) {
        this.store = store;
        this.tokens = new NearAnswers<>(near, clock, MOST_ENTRIES, revoked -> 1);
        this.cutoffs = new NearAnswers<>(near, clock, MOST_ENTRIES, cutoff -> 1);
        near.tracking().listen(Tracking.Kind.TOKEN, tokens::forget);
        near.tracking().listen(Tracking.Kind.CUTOFF, name -> {
            Identifier subject = Identifier.parse(name);
            if (subject != null) {
                cutoffs.forget(subject);
            }
        });
    }

    /**
     * Whether a token, issued at the given time in milliseconds since the epoch, is revoked. The stage fails only where
     * nothing is known against it: with {@link StoreUnavailable} while the store is away, else with the store's own
     * failure.
     */
    public CompletionStage<Boolean> isRevoked(String tokenId, Identifier subject, long issuedAtMillis) {
        Boolean revoked = tokens.find(tokenId);
        Long cutoff = revoked == null ? null : cutoffs.find(subject);
        if (revoked != null && cutoff != null) {
            return new Standing(revoked, cutoff).revokes(issuedAtMillis) ? REVOKED : NOT_REVOKED;
        }
        Question<String> ofToken = tokens.ask(tokenId);
        Question<Identifier> ofSubject = cutoffs.ask(subject);
        return store.standing(tokenId, subject).handle((standing, failure) -> {
            if (failure == null) {
                settle(ofToken, ofSubject, standing);
                return standing.revokes(issuedAtMillis);
            }
            if (known(tokenId, subject).revokes(issuedAtMillis)) {
                return true;
            }
            throw StoreUnavailable.orDefect(failure, "revocations cannot be asked");
        });
    }

    private void settle(Question<String> ofToken, Question<Identifier> ofSubject, Standing standing) {
        if (standing.revoked()) {
            knownTokens.put(ofToken.key(), true);
        } else {
            knownTokens.invalidate(ofToken.key());
        }
        if (standing.cutoffMillis() == RevocationStore.NO_CUTOFF) {
            knownCutoffs.invalidate(ofSubject.key());
        } else {
            knownCutoffs.put(ofSubject.key(), standing.cutoffMillis());
        }
        tokens.remember(ofToken, standing.revoked(), Long.MAX_VALUE);
        cutoffs.remember(ofSubject, standing.cutoffMillis(), Long.MAX_VALUE);
    }

    private Standing known(String tokenId, Identifier subject) {
        @Nullable Long cutoff = knownCutoffs.getIfPresent(subject);
        return new Standing(
                knownTokens.getIfPresent(tokenId) != null, cutoff == null ? RevocationStore.NO_CUTOFF : cutoff);
    }

    /** Forgets everything remembered, so that the next request asks the store: after a change by this node. */
    public void forgetAll() {
        tokens.forgetAll();
        cutoffs.forgetAll();
        knownTokens.invalidateAll();
        knownCutoffs.invalidateAll();
    }
}
