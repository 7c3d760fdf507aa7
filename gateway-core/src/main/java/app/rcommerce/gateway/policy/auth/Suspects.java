package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.identity.Caller;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Verdict;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Identities and tokens that the block list or a revocation refused when they were last asked for. In strict mode these
 * are asked first and alone for them: a flood with a revoked token must not hold what its owner's limits have left,
 * even for the length of a trip. Bounded; who is forgotten holds them for one trip again. Any thread.
 */
public final class Suspects {

    private static final int MOST = 10_000;
    private static final Duration MEMORY = Duration.ofHours(1);

    /** An identity, with what a token of it is revoked under where the token is meant. */
    private record Key(Identifier identity, String tokenId) {}

    private final @Nullable Cache<Key, Boolean> refused;

    private Suspects(@Nullable Cache<Key, Boolean> refused) {
        this.refused = refused;
    }

    /** Suspects that are remembered. */
    public static Suspects remembered() {
        return new Suspects(Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(MEMORY)
                .executor(Runnable::run)
                .build());
    }

    /** Nobody is suspected: for where nothing is taken of a caller before it is known to be good. */
    public static Suspects none() {
        return new Suspects(null);
    }

    boolean contains(Caller caller) {
        if (refused == null || refused.estimatedSize() == 0) {
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

    /** The verdict about an identity, once it is remembered. */
    public Verdict noted(Identifier identity, Verdict verdict) {
        return refused == null ? verdict : noted(refused, new Key(identity, ""), verdict);
    }

    /** The verdict about a token, once it is remembered. */
    Verdict noted(Caller.TokenCaller token, Verdict verdict) {
        return refused == null ? verdict : noted(refused, new Key(token.identifier(), token.tokenId()), verdict);
    }

    private static Verdict noted(Cache<Key, Boolean> refused, Key key, Verdict verdict) {
        switch (verdict) {
            case Verdict.Later<?> later -> {
                return after(refused, key, later);
            }
            case Verdict.LocalReply ignored -> refused.put(key, true);
            case Verdict.Pass ignored -> {
                if (refused.estimatedSize() > 0) {
                    refused.invalidate(key);
                }
            }
        }
        return verdict;
    }

    /** Where the store fails nothing has been learned. */
    private static <T extends @Nullable Object> Verdict after(
            Cache<Key, Boolean> refused, Key key, Verdict.Later<T> later) {
        return new Verdict.Later<>(
                later.stage(),
                later.then().andThen(verdict -> noted(refused, key, verdict)),
                later.failed(),
                later.withdrawn());
    }
}
