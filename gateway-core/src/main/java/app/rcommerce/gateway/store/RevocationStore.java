package app.rcommerce.gateway.store;

import app.rcommerce.gateway.identity.Identifier;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Revoked tokens, shared by every node. Any thread may call; stages complete exceptionally with {@link
 * StoreUnavailable} where the store cannot answer in time.
 */
public interface RevocationStore {

    /** A cut-off that revokes nothing. */
    long NO_CUTOFF = Long.MIN_VALUE;

    /**
     * What is known against a token.
     *
     * @param revoked whether this very token is revoked
     * @param cutoffMillis tokens of the subject issued before this time (milliseconds since the epoch) are revoked, or
     *     {@link #NO_CUTOFF}
     */
    record Standing(boolean revoked, long cutoffMillis) {
        /** Nothing is known against the token. */
        public static final Standing GOOD = new Standing(false, NO_CUTOFF);

        /** Whether a token issued at the given time is revoked; one without a time (0) counts as issued long ago. */
        public boolean revokes(long issuedAtMillis) {
            return revoked || (cutoffMillis != NO_CUTOFF && issuedAtMillis < cutoffMillis);
        }
    }

    /** What is known against the token and its subject. */
    CompletionStage<Standing> standing(String tokenId, Identifier subject);

    /** Revokes one token for the time given: what is left of its life. */
    CompletionStage<Void> revoke(String tokenId, Duration life, String reason);

    /** Revokes every token of the subject issued before the time; the entry lives for {@code life}. */
    CompletionStage<Void> revokeBefore(Identifier subject, long cutoffMillis, Duration life);

    /** Ends the revocation of one token; tells whether there was one. */
    CompletionStage<Boolean> restore(String tokenId);

    /** Ends the cut-off of a subject; tells whether there was one. */
    CompletionStage<Boolean> restore(Identifier subject);
}
