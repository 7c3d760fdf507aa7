package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The revoked tokens, shared by every node. Any thread may call; stages complete exceptionally with
 * {@link StoreUnavailable} where the store cannot answer in time.
 */
public interface RevocationStore {

    /** A cut-off that revokes nothing. */
    long NO_CUTOFF = Long.MIN_VALUE;

    /**
     * Whether a cut-off revokes a token, both times in milliseconds since the epoch. Tokens tell when they were issued
     * in whole seconds (RFC 7519 §4.1.6), so whole seconds are compared: a token of the cut-off's own second is not
     * revoked, since a user who signs in right after it would otherwise be locked out. A token without a time (0)
     * counts as issued long ago.
     */
    static boolean isCutOff(long issuedAtMillis, long cutoffMillis) {
        return cutoffMillis != NO_CUTOFF && Math.floorDiv(issuedAtMillis, 1000L) < Math.floorDiv(cutoffMillis, 1000L);
    }

    /** Whether the token with this id is revoked. */
    CompletionStage<Boolean> isRevoked(String tokenId);

    /**
     * The time, in milliseconds since the epoch, before which the subject's tokens are revoked; or {@link #NO_CUTOFF}.
     */
    CompletionStage<Long> cutoff(Identifier subject);

    /** Revokes one token for the time given: what is left of its life. */
    CompletionStage<Void> revoke(String tokenId, Duration life, String reason);

    /** Revokes every token of the subject issued before the time; the entry lives for {@code life}. */
    CompletionStage<Void> revokeBefore(Identifier subject, long cutoffMillis, Duration life);

    /** Ends the revocation of one token; completes with whether there was one. */
    CompletionStage<Boolean> restore(String tokenId);

    /** Ends the cut-off of a subject; completes with whether there was one. */
    CompletionStage<Boolean> restore(Identifier subject);
}
