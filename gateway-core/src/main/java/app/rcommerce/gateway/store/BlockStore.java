package app.rcommerce.gateway.store;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The block list, shared by every node. Any thread may call; stages complete exceptionally with
 * {@link StoreUnavailable} where the store cannot answer in time.
 */
public interface BlockStore {

    /**
     * The most ranges that the list may have, since every node holds all of them and fetches all of them at each
     * change.
     */
    int MOST_RANGES = 5_000;

    /** The entry of exactly this identifier, or null. */
    CompletionStage<@Nullable Block> find(Identifier identifier);

    /** Every range of addresses that is blocked now. */
    CompletionStage<List<Block>> ranges();

    /**
     * Blocks the subject for the time given, replacing an earlier entry; at least 1 ms. Fails with {@link RangesFull}
     * where that would be one range too many.
     */
    CompletionStage<Void> block(Subject subject, Duration life, String reason);

    /**
     * Blocks the subject for the time given unless it has an entry already, which then stays as it is. Of several nodes
     * that ban a subject at once, one succeeds.
     *
     * @return whether this call has made the entry
     */
    CompletionStage<Boolean> ban(Subject subject, Duration life, String reason);

    /** Ends the subject's entry; completes with whether there was one. */
    CompletionStage<Boolean> unblock(Subject subject);

    /** Up to {@code most} entries that hold now, in no particular order. */
    CompletionStage<List<Block>> list(int most);
}
