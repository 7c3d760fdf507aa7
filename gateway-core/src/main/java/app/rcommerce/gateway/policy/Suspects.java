package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Callers that the block list or a revocation refused when they were last asked for. In strict mode these are asked
 * first and alone for them: a flood with a revoked token must not hold what its owner's limits have left, even for the
 * length of a trip. Bounded; who is forgotten holds them for one trip again. Any thread.
 */
final class Suspects {

    private static final int MOST = 10_000;
    private static final Duration MEMORY = Duration.ofHours(1);

    private record Key(List<Identifier> identifiers, String tokenId) {}

    private final Cache<Key, Boolean> refused = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(MEMORY)
            .executor(Runnable::run)
            .build();

    private static Key key(Caller caller) {
        Caller.TokenCaller token = caller.token();
        return new Key(caller.identifiers(), token == null ? "" : token.tokenId());
    }

    boolean contains(Caller caller) {
        return !(caller instanceof Caller.Anonymous) && refused.getIfPresent(key(caller)) != null;
    }

    /** Remembers what this policy says of callers. */
    Policy watching(Policy policy) {
        return call -> noted(call, policy.decide(call));
    }

    private Verdict noted(Call call, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Later<?> later -> after(call, later);
            case Verdict.Answer answer -> {
                note(call.caller(), true);
                yield answer;
            }
            case Verdict.Pass pass -> {
                note(call.caller(), false);
                yield pass;
            }
        };
    }

    /** Where the store fails nothing has been learned. */
    private <T extends @Nullable Object> Verdict after(Call call, Verdict.Later<T> later) {
        return new Verdict.Later<>(
                later.stage(),
                later.then().andThen(verdict -> noted(call, verdict)),
                later.failed(),
                later.withdrawn());
    }

    private void note(Caller caller, boolean bad) {
        if (caller instanceof Caller.Anonymous) {
            return;
        }
        if (bad) {
            refused.put(key(caller), true);
        } else if (refused.estimatedSize() > 0) {
            refused.invalidate(key(caller));
        }
    }
}
