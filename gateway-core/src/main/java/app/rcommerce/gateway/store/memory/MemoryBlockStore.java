package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.RangesFull;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A block list in the memory of this process. Entries end by the wall clock, as they would in Redis, and are swept when
 * the list is written to; their number is bounded by what operators enter. Safe for any thread.
 */
public final class MemoryBlockStore implements BlockStore {

    private final Clock clock;
    private final Map<Subject, Block> blocks = new ConcurrentHashMap<>();

    /** An empty list. */
    public MemoryBlockStore(Clock clock) {
        this.clock = clock;
    }

    @Override
    public CompletionStage<@Nullable Block> find(Identifier identifier) {
        Block block = blocks.isEmpty() ? null : blocks.get(new Subject.One(identifier));
        return CompletableFuture.completedFuture(block != null && holds(block) ? block : null);
    }

    @Override
    public CompletionStage<List<Block>> ranges() {
        return CompletableFuture.completedFuture(blocks.values().stream()
                .filter(block -> block.subject() instanceof Subject.Range && holds(block))
                .toList());
    }

    @Override
    public CompletionStage<Void> block(Subject subject, Duration life, String reason) {
        blocks.values().removeIf(block -> !holds(block));
        if (isOneTooMany(subject)) {
            return CompletableFuture.failedFuture(new RangesFull());
        }
        blocks.put(subject, entry(subject, life, reason));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Boolean> ban(Subject subject, Duration life, String reason) {
        blocks.values().removeIf(block -> !holds(block));
        if (isOneTooMany(subject)) {
            return CompletableFuture.failedFuture(new RangesFull());
        }
        Block held = blocks.putIfAbsent(subject, entry(subject, life, reason));
        return CompletableFuture.completedFuture(held == null);
    }

    private boolean isOneTooMany(Subject subject) {
        return subject instanceof Subject.Range
                && !blocks.containsKey(subject)
                && blocks.keySet().stream()
                                .filter(Subject.Range.class::isInstance)
                                .count()
                        >= MOST_RANGES;
    }

    private Block entry(Subject subject, Duration life, String reason) {
        return new Block(subject, reason, clock.millis() + Math.max(1, life.toMillis()));
    }

    @Override
    public CompletionStage<Boolean> unblock(Subject subject) {
        Block removed = blocks.remove(subject);
        return CompletableFuture.completedFuture(removed != null && holds(removed));
    }

    @Override
    public CompletionStage<List<Block>> list(int most) {
        return CompletableFuture.completedFuture(
                blocks.values().stream().filter(this::holds).limit(most).toList());
    }

    private boolean holds(Block block) {
        return block.untilMillis() > clock.millis();
    }
}
