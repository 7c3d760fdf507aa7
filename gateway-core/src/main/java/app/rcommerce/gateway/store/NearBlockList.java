package app.rcommerce.gateway.store;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Cidr;
import app.rcommerce.gateway.block.CidrSet;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.store.NearAnswers.Question;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bounded near copy of the block list. An answer of the store is believed until it changes, where changes are told,
 * else for a configured time; when the store is away, what is known to be blocked stays blocked until it would have
 * ended. Ranges are held whole: fetched anew when they change, and by {@link #refreshUnlessCurrent}, which the owner calls now
 * and then. Safe for any thread.
 */
public final class NearBlockList {

    private static final int MOST_ENTRIES = 50_000;
    private static final long LONGEST_LIFE_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final CompletionStage<Boolean> BLOCKED = CompletableFuture.completedFuture(true);
    private static final CompletionStage<Boolean> NOT_BLOCKED = CompletableFuture.completedFuture(false);

    /**
     * The ranges as fetched last.
     *
     * @param number of the question that they answer
     * @param span that they belong to; null where changes were not told
     * @param endMillis when the first of them ends
     */
    private record Ranges(
            List<Block> blocks, CidrSet set, long endMillis, long number, @Nullable Span span, long atNanos) {}

    private final BlockStore store;
    private final Near near;
    private final Clock clock;
    private final NearAnswers<Identifier, Boolean> answers;
    private final Cache<Identifier, Block> knownBlocks =
            Caffeine.newBuilder().maximumSize(MOST_ENTRIES).executor(Runnable::run).build();
    private final AtomicLong rangeQuestions = new AtomicLong();
    private volatile long rangesChangedAt;
    private volatile Ranges ranges = new Ranges(List.of(), CidrSet.EMPTY, Long.MAX_VALUE, 0, null, 0);

    /** A near copy that believes what {@code near} allows. */
    public NearBlockList(BlockStore store, Near near, Clock clock) {
        this.store = store;
        this.near = near;
        this.clock = clock;
        this.answers = new NearAnswers<>(near, clock, MOST_ENTRIES, blocked -> 1);
        near.tracking().listen(Tracking.Kind.BLOCK, name -> {
            Identifier identifier = Identifier.parse(name);
            if (identifier != null) {
                answers.forget(identifier);
            }
        });
        near.tracking().listen(Tracking.Kind.RANGES, name -> rangesChanged());
    }

    /** Whether a range of the list contains the address. */
    public boolean containsAddress(byte[] address) {
        Ranges held = ranges;
        if (clock.millis() >= held.endMillis()) {
            held = of(held.blocks(), held.number(), held.span(), held.atNanos());
            install(held);
        }
        return held.set().contains(address);
    }

    /**
     * Whether exactly this identifier is blocked. The stage fails only where nothing is known of the identifier:
     * with {@link StoreUnavailable} while the store is away, else with the store's own failure.
     */
    public CompletionStage<Boolean> contains(Identifier identifier) {
        Boolean remembered = answers.find(identifier);
        if (remembered != null) {
            return remembered ? BLOCKED : NOT_BLOCKED;
        }
        Question<Identifier> question = answers.ask(identifier);
        CompletableFuture<@Nullable Block> found = store.find(identifier).toCompletableFuture();
        if (found.isDone() && !found.isCompletedExceptionally()) {
            return settle(question, found.join()) ? BLOCKED : NOT_BLOCKED;
        }
        return found.handle((block, failure) -> {
            if (failure == null) {
                return settle(question, block);
            }
            Block known = knownBlocks.getIfPresent(identifier);
            if (known != null && known.untilMillis() > clock.millis()) {
                return true;
            }
            throw StoreUnavailable.orDefect(failure, "the block list cannot be asked");
        });
    }

    private boolean settle(Question<Identifier> question, @Nullable Block block) {
        if (block == null) {
            knownBlocks.invalidate(question.key());
            answers.remember(question, false, Long.MAX_VALUE);
            return false;
        }
        knownBlocks.put(question.key(), block);
        long leftMillis = Math.min(block.untilMillis() - clock.millis(), LONGEST_LIFE_MILLIS);
        answers.remember(question, true, TimeUnit.MILLISECONDS.toNanos(leftMillis));
        return true;
    }

    /** Fetches the ranges anew; on failure those known stay in force until they end. */
    public CompletionStage<Void> refresh() {
        Span span = near.tracking().span();
        long atNanos = clock.nanos();
        long number = rangeQuestions.incrementAndGet();
        return store.ranges().thenAccept(fetched -> install(of(fetched, number, span, atNanos)));
    }

    /** Fetches the ranges anew unless those held are known to be current. */
    public void refreshUnlessCurrent() {
        Ranges held = ranges;
        Span span = held.span();
        long now = clock.nanos();
        boolean current = span != null
                && span.holds(now)
                && held.number() > rangesChangedAt
                && now - held.atNanos() < NearAnswers.LONGEST_NANOS;
        if (!current) {
            refresh().exceptionally(failure -> null);
        }
    }

    /** What was asked for before may be old. */
    private void rangesChanged() {
        rangesChangedAt = rangeQuestions.get();
        refresh().exceptionally(failure -> null);
    }

    /** Forgets what is remembered of a subject, so that the next request asks the store: after a change by this node. */
    public void forget(Subject subject) {
        if (subject instanceof Subject.One one) {
            answers.forget(one.identifier());
            knownBlocks.invalidate(one.identifier());
        }
    }

    /** Answers may overtake each other: an older one never takes the place of a newer. */
    private synchronized void install(Ranges fetched) {
        if (fetched.number() >= ranges.number()) {
            ranges = fetched;
        }
    }

    private Ranges of(List<Block> fetched, long number, @Nullable Span span, long atNanos) {
        long now = clock.millis();
        List<Block> holding = fetched.stream().filter(block -> block.untilMillis() > now).toList();
        List<Cidr> cidrs = holding.stream()
                .filter(block -> block.subject() instanceof Subject.Range)
                .map(block -> ((Subject.Range) block.subject()).cidr())
                .toList();
        return new Ranges(
                holding,
                cidrs.isEmpty() ? CidrSet.EMPTY : new CidrSet(cidrs),
                holding.stream().mapToLong(Block::untilMillis).min().orElse(Long.MAX_VALUE),
                number,
                span,
                atNanos);
    }
}
