package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Verdict;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Identities and tokens that the block list or a revocation refused when they were last checked. The policies for a
 * suspect do not ask the store together: blocks and revocations are asked first, so that a flood of requests with a
 * revoked token does not take permits of its owner's limits, not even for one round trip. Bounded; a suspect that was
 * evicted takes permits for one round trip again. Any thread.
 */
public final class Suspects {

    private static final int MOST = 10_000;
    private static final Duration MEMORY = Duration.ofHours(1);

    /** The key of a suspect: an identity, and the token's id where the suspect is a token. */
    private record Key(Identifier identity, String tokenId) {}

    private final Cache<Key, Boolean> refused;

    private Suspects(Cache<Key, Boolean> refused) {
        this.refused = refused;
    }

    /** An instance that remembers suspects. */
    public static Suspects remembered() {
        return new Suspects(Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(MEMORY)
                .executor(Runnable::run)
                .build());
    }

    boolean contains(Caller caller) {
        if (refused.estimatedSize() == 0) {
            return false;
        }
        Caller.ApiKeyCaller app = caller.apiKey();
        Caller.TokenCaller user = caller.token();
        return (app != null && isRefused(refused, app.identifier(), ""))
                || (user != null
                        && (isRefused(refused, user.identifier(), "")
                                || isRefused(refused, user.identifier(), user.tokenId())));
    }

    private static boolean isRefused(Cache<Key, Boolean> refused, Identifier identity, String tokenId) {
        return refused.getIfPresent(new Key(identity, tokenId)) != null;
    }

    /** Remembers the verdict about an identity, and returns it. */
    public Verdict noted(Identifier identity, Verdict verdict) {
        return noted(refused, new Key(identity, ""), verdict);
    }

    /** Remembers the verdict about a token, and returns it. */
    Verdict noted(Caller.TokenCaller token, Verdict verdict) {
        return noted(refused, new Key(token.identifier(), token.tokenId()), verdict);
    }

    private static Verdict noted(Cache<Key, Boolean> refused, Key key, Verdict verdict) {
        switch (verdict) {
            case Verdict.Later<?> later -> {
                return after(refused, key, later);
            }
            case Verdict.LocalReply ignored -> refused.put(key, true);
            case Verdict.Pass ignored -> {
                // To remove what is not there takes a lock: most of those who pass have never been refused.
                if (refused.estimatedSize() > 0 && refused.asMap().containsKey(key)) {
                    refused.invalidate(key);
                }
            }
        }
        return verdict;
    }

    /** A verdict that is remembered once its stage completes. Where the store fails, nothing is remembered. */
    private static <T extends @Nullable Object> Verdict after(
            Cache<Key, Boolean> refused, Key key, Verdict.Later<T> later) {
        return new Verdict.Later<>(
                later.stage(),
                later.then().andThen(verdict -> noted(refused, key, verdict)),
                later.failed(),
                later.withdrawn());
    }
}
