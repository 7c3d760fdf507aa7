package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.RevocationStore.Standing;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A bounded near copy of what is known against tokens. An answer of the store is believed for a configured time; when
 * the store is away, a token known to be revoked stays revoked. Safe for any thread.
 */
public final class NearRevocations {

    private static final int MOST_ENTRIES = 50_000;

    private record Token(String id, Identifier subject) {}

    private record Remembered(CompletionStage<Standing> answer, long untilNanos) {}

    private final RevocationStore store;
    private final Clock clock;
    private final long nearNanos;
    private final Cache<Token, Remembered> answers =
            Caffeine.newBuilder().maximumSize(MOST_ENTRIES).build();
    private final Cache<Token, Standing> knownBad =
            Caffeine.newBuilder().maximumSize(MOST_ENTRIES).build();

    /** A near copy that believes an answer for {@code nearTtl}; zero asks the store each time. */
    public NearRevocations(RevocationStore store, Duration nearTtl, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.nearNanos = nearTtl.toNanos();
    }

    /**
     * What is known against the token and its subject. The stage fails only where nothing is known against it:
     * with {@link StoreUnavailable} while the store is away, else with the store's own failure.
     */
    public CompletionStage<Standing> standing(String tokenId, Identifier subject) {
        Token token = new Token(tokenId, subject);
        Remembered remembered = nearNanos == 0 ? null : answers.getIfPresent(token);
        if (remembered != null && remembered.untilNanos() - clock.nanos() > 0) {
            return remembered.answer();
        }
        return store.standing(tokenId, subject).handle((standing, failure) -> {
            if (failure == null) {
                settle(token, standing);
                return standing;
            }
            Standing known = knownBad.getIfPresent(token);
            if (known != null) {
                return known;
            }
            throw StoreUnavailable.orDefect(failure, "revocations cannot be asked");
        });
    }

    private void settle(Token token, Standing standing) {
        if (standing.equals(Standing.GOOD)) {
            knownBad.invalidate(token);
        } else {
            knownBad.put(token, standing);
        }
        if (nearNanos > 0) {
            answers.put(
                    token, new Remembered(CompletableFuture.completedFuture(standing), clock.nanos() + nearNanos));
        }
    }

    /** Forgets everything remembered, so that the next request asks the store: after a change by this node. */
    public void forgetAll() {
        answers.invalidateAll();
        knownBad.invalidateAll();
    }
}
