package app.rcommerce.gateway.store.near;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.block.CidrSet;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.Epoch;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.Tracking;
import app.rcommerce.gateway.store.near.NearVerdicts.Found;
import app.rcommerce.gateway.store.near.NearVerdicts.Source;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bounded near copy of the block list. An answer of the store is believed until it changes, where changes are told,
 * else for a configured time; when the store is away, what is known to be blocked stays blocked until it would have
 * ended. The ranges, of which there are few, are held completely. They are fetched again when they change, and by
 * {@link #refreshUnlessCurrent}, which the owner calls regularly. Safe for any thread.
 */
public final class NearBlockList {

    private static final CompletableFuture<@Nullable Block> NOT_BLOCKED = CompletableFuture.completedFuture(null);

    /**
     * The ranges as they were fetched last.
     *
     * @param number the number of the fetch
     * @param epoch the epoch that they belong to; null where changes were not told
     * @param endMillis when the first of them ends
     */
    private record Ranges(
            Map<Cidr, Block> blocks,
            CidrSet set,
            long endMillis,
            long number,
            @Nullable Epoch epoch,
            long atNanos) {}

    private final BlockStore store;
    private final Near near;
    private final Clock clock;
    private final NearVerdicts<Identifier, Block> entries;
    private final AtomicLong rangeQuestions = new AtomicLong();
    /** The fetch under way, and the one that is to follow it. */
    private @Nullable CompletableFuture<Void> fetching;

    private @Nullable CompletableFuture<Void> following;
    private volatile long rangesChangedAt;
    private volatile Ranges ranges = new Ranges(Map.of(), CidrSet.EMPTY, Long.MAX_VALUE, 0, null, 0);

    /** A near copy that believes what {@code near} allows. */
    public NearBlockList(BlockStore store, Near near, Clock clock) {
        this.store = store;
        this.near = near;
        this.clock = clock;
        this.entries = new NearVerdicts<>(
                new Source<>(store::find, Block::untilMillis, "the block list cannot be asked"), near, clock);
        near.tracking().listen(Tracking.Kind.BLOCK, name -> {
            Identifier identifier = Identifier.parse(name);
            if (identifier != null) {
                entries.changed(identifier);
            }
        });
        near.tracking().listen(Tracking.Kind.RANGES, name -> rangesChanged());
    }

    /** The entry of a range that contains the address; null where none does. */
    public @Nullable Block range(byte[] address) {
        Ranges held = ranges;
        if (clock.millis() >= held.endMillis()) {
            held = of(held.blocks().values(), held.number(), held.epoch(), held.atNanos());
            install(held);
        }
        Cidr range = held.set().find(address);
        return range == null ? null : held.blocks().get(range);
    }

    /**
     * The entry that blocks exactly this identifier, or null. The stage fails only where nothing is known of the
     * identifier: with {@link StoreUnavailable} while the store is away, else with the store's own failure.
     */
    public CompletionStage<@Nullable Block> find(Identifier identifier) {
        return entry(identifier);
    }

    /**
     * The entry that blocks an address, by itself or by the network under which it is counted, which for IPv4 is the
     * address itself; or null. Fails as {@link #find(Identifier)} does.
     */
    public CompletionStage<@Nullable Block> find(Identifier exact, Identifier counted) {
        return exact.equals(counted) ? entry(exact) : AnyOf.of(entry(exact), entry(counted));
    }

    private CompletableFuture<@Nullable Block> entry(Identifier identifier) {
        Found<Block> remembered = entries.near(identifier);
        if (remembered != null) {
            return completed(remembered);
        }
        CompletableFuture<Found<Block>> asked = entries.ask(identifier);
        return asked.state() == Future.State.SUCCESS ? completed(asked.resultNow()) : asked.thenApply(Found::bad);
    }

    private static CompletableFuture<@Nullable Block> completed(Found<Block> found) {
        return found.isBad() ? CompletableFuture.completedFuture(found.bad()) : NOT_BLOCKED;
    }

    /**
     * Fetches the ranges again; on failure the known ones stay in force until they end. One fetch is under way at a
     * time; all calls in the meantime share the one that follows it.
     */
    public CompletionStage<Void> refresh() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        synchronized (this) {
            if (fetching != null) {
                CompletableFuture<Void> shared = following == null ? mine : following;
                following = shared;
                return shared;
            }
            fetching = mine;
        }
        fetch(mine);
        return mine;
    }

    private void fetch(CompletableFuture<Void> done) {
        Epoch epoch = near.tracking().epoch();
        long atNanos = clock.nanos();
        long number = rangeQuestions.incrementAndGet();
        store.ranges().whenComplete((fetched, failure) -> {
            if (failure == null) {
                install(of(fetched, number, epoch, atNanos));
            }
            CompletableFuture<Void> next;
            synchronized (this) {
                next = following;
                following = null;
                fetching = next;
            }
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
            if (next != null) {
                fetch(next);
            }
        });
    }

    /** Fetches the ranges again unless those held are known to be current. */
    public void refreshUnlessCurrent() {
        Ranges held = ranges;
        Epoch epoch = held.epoch();
        long now = clock.nanos();
        boolean current = epoch != null
                && epoch.holds(now)
                && held.number() > rangesChangedAt
                && now - held.atNanos() < NearAnswers.LONGEST_NANOS;
        if (!current) {
            refresh().exceptionally(failure -> null);
        }
    }

    /** Fetches the ranges again after they have changed; those of earlier fetches may be old. */
    private void rangesChanged() {
        rangesChangedAt = rangeQuestions.get();
        refresh().exceptionally(failure -> null);
    }

    /**
     * Records that this node has written a block to the store. It is in force from now on, even if the store goes away.
     */
    public void blocked(Block block) {
        switch (block.subject()) {
            case Subject.One(Identifier identifier) -> entries.wrote(identifier, block);
            case Subject.Range range -> changeRanges(range, block);
        }
    }

    /** Records that this node has removed the subject's block from the store. */
    public void unblocked(Subject subject) {
        switch (subject) {
            case Subject.One(Identifier identifier) -> entries.lifted(identifier);
            case Subject.Range range -> changeRanges(range, null);
        }
    }

    /**
     * Forgets the answer about a subject that has an entry which this node did not write, so that the next request asks
     * the store.
     */
    public void forget(Subject subject) {
        if (subject instanceof Subject.One one) {
            entries.forgetAnswer(one.identifier());
        }
    }

    /** Changes the entry of one range, or removes it. Earlier fetches may lack this change. */
    private synchronized void changeRanges(Subject.Range range, @Nullable Block now) {
        Ranges held = ranges;
        List<Block> blocks = new ArrayList<>(held.blocks().values());
        blocks.removeIf(block -> block.subject().equals(range));
        if (now != null) {
            blocks.add(now);
        }
        install(of(blocks, rangeQuestions.incrementAndGet(), null, held.atNanos()));
    }

    /** Installs fetched ranges. Answers may overtake each other, so older ranges never replace newer ones. */
    private synchronized void install(Ranges fetched) {
        if (fetched.number() >= ranges.number()) {
            ranges = fetched;
        }
    }

    private Ranges of(Collection<Block> fetched, long number, @Nullable Epoch epoch, long atNanos) {
        long now = clock.millis();
        Map<Cidr, Block> holding = new HashMap<>();
        for (Block block : fetched) {
            if (block.untilMillis() > now && block.subject() instanceof Subject.Range(Cidr cidr)) {
                // Others may have written one range twice, with and without its host bits.
                holding.merge(cidr, block, (one, other) -> one.untilMillis() >= other.untilMillis() ? one : other);
            }
        }
        return new Ranges(
                holding,
                holding.isEmpty() ? CidrSet.EMPTY : new CidrSet(holding.keySet()),
                holding.values().stream().mapToLong(Block::untilMillis).min().orElse(Long.MAX_VALUE),
                number,
                epoch,
                atNanos);
    }
}
