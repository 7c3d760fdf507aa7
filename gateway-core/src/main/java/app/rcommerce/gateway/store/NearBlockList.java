package app.rcommerce.gateway.store;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.block.CidrSet;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A bounded near copy of the block list. An answer of the store is believed for a configured time; when the store is
 * away, what is known to be blocked stays blocked until it would have ended. Ranges are held whole and fetched anew by
 * {@link #refresh}, which the owner calls at least as often. Safe for any thread.
 */
public final class NearBlockList {

    private static final int MOST_ENTRIES = 50_000;
    private static final CompletionStage<Boolean> BLOCKED = CompletableFuture.completedFuture(true);
    private static final CompletionStage<Boolean> NOT_BLOCKED = CompletableFuture.completedFuture(false);

    private record Remembered(boolean blocked, long untilNanos) {}

    private final BlockStore store;
    private final Clock clock;
    private final long nearNanos;
    private final Cache<Identifier, Remembered> answers =
            Caffeine.newBuilder().maximumSize(MOST_ENTRIES).build();
    private final Cache<Identifier, Block> knownBlocks =
            Caffeine.newBuilder().maximumSize(MOST_ENTRIES).build();
    private volatile List<Block> ranges = List.of();
    private volatile CidrSet rangeSet = CidrSet.EMPTY;
    private volatile long rangesEndMillis = Long.MAX_VALUE;

    /** A near copy that believes an answer for {@code nearTtl}; zero asks the store each time. */
    public NearBlockList(BlockStore store, Duration nearTtl, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.nearNanos = nearTtl.toNanos();
    }

    /** Whether a range of the list contains the address. */
    public boolean containsAddress(byte[] address) {
        if (clock.millis() >= rangesEndMillis) {
            install(ranges);
        }
        return rangeSet.contains(address);
    }

    /**
     * Whether exactly this identifier is blocked. The stage fails only where nothing is known of the identifier:
     * with {@link StoreUnavailable} while the store is away, else with the store's own failure.
     */
    public CompletionStage<Boolean> contains(Identifier identifier) {
        Remembered remembered = nearNanos == 0 ? null : answers.getIfPresent(identifier);
        if (remembered != null && remembered.untilNanos() - clock.nanos() > 0) {
            return remembered.blocked() ? BLOCKED : NOT_BLOCKED;
        }
        CompletableFuture<@Nullable Block> found = store.find(identifier).toCompletableFuture();
        if (found.isDone() && !found.isCompletedExceptionally()) {
            return settle(identifier, found.join()) ? BLOCKED : NOT_BLOCKED;
        }
        return found.handle((block, failure) -> {
            if (failure == null) {
                return settle(identifier, block);
            }
            Block known = knownBlocks.getIfPresent(identifier);
            if (known != null && known.untilMillis() > clock.millis()) {
                return true;
            }
            throw StoreUnavailable.orDefect(failure, "the block list cannot be asked");
        });
    }

    private boolean settle(Identifier identifier, @Nullable Block block) {
        if (block == null) {
            knownBlocks.invalidate(identifier);
        } else {
            knownBlocks.put(identifier, block);
        }
        if (nearNanos > 0) {
            long lifeNanos = nearNanos;
            if (block != null) {
                long leftMillis = Math.min(block.untilMillis() - clock.millis(), 86_400_000);
                lifeNanos = Math.min(lifeNanos, leftMillis * 1_000_000);
            }
            answers.put(identifier, new Remembered(block != null, clock.nanos() + lifeNanos));
        }
        return block != null;
    }

    /** Fetches the ranges anew; on failure those known stay in force until they end. */
    public CompletionStage<Void> refresh() {
        return store.ranges().thenAccept(this::install);
    }

    /** Forgets what is remembered of a subject, so that the next request asks the store: after a change by this node. */
    public void forget(Subject subject) {
        if (subject instanceof Subject.One one) {
            answers.invalidate(one.identifier());
            knownBlocks.invalidate(one.identifier());
        }
    }

    private void install(List<Block> fetched) {
        long now = clock.millis();
        List<Block> holding = fetched.stream().filter(block -> block.untilMillis() > now).toList();
        List<Cidr> cidrs = holding.stream()
                .filter(block -> block.subject() instanceof Subject.Range)
                .map(block -> ((Subject.Range) block.subject()).cidr())
                .toList();
        ranges = holding;
        rangesEndMillis = holding.stream().mapToLong(Block::untilMillis).min().orElse(Long.MAX_VALUE);
        rangeSet = cidrs.isEmpty() ? CidrSet.EMPTY : new CidrSet(cidrs);
    }
}
