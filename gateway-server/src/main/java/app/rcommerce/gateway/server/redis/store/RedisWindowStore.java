package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.LeaseStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * The store of counts in windows of the calendar, in the plain counters that other programs of the platform use as
 * well: {@code …/{identifier}/minute/1767225600}. What either side counts, counts for both. Several windows are several
 * keys, asked for at once: where one refuses, what the others have counted is taken back, and where one grants less,
 * what the others have granted beyond that is. Windows begin by this node's clock, and a lease ends with its window.
 * Safe for any thread.
 */
final class RedisWindowStore implements LeaseStore {

    private static final Script SCRIPT = Script.load(RedisWindowStore.class, "window.lua");
    private static final String REFUSED = "Redis has refused to count";
    private static final Map<Long, String> NAMES = Map.of(60_000L, "minute", 3_600_000L, "hour", 86_400_000L, "day");

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;
    private final Clock clock;

    RedisWindowStore(CommandDispatcher dispatcher, KeyTemplates keys, Clock clock) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.fixedWindow(), "{identifier}");
        this.clock = clock;
    }

    /** One counter and the meters that read it; {@code answer} once it has arrived. */
    private record Window(String key, long leftMillis, List<Meter> meters, CompletableFuture<CounterAnswer> answer) {}

    /**
     * The answer of a counter.
     *
     * @param permits granted; 0 where refused
     */
    private record CounterAnswer(long permits, long before, long after) {

        boolean isCounted() {
            return after > before;
        }
    }

    /** The counters that the meters look at, each once. */
    private Map<Long, Window> windows(Identifier identifier, List<Meter> meters, long now) {
        Map<Long, Window> windows = new LinkedHashMap<>();
        for (Meter meter : meters) {
            windows.computeIfAbsent(
                            meter.windowMillis(),
                            length -> new Window(
                                    key(identifier, length, now),
                                    length - Math.floorMod(now, length),
                                    new ArrayList<>(2),
                                    new CompletableFuture<>()))
                    .meters()
                    .add(meter);
        }
        return windows;
    }

    private String key(Identifier identifier, long length, long now) {
        String name = NAMES.get(length);
        if (name == null) {
            throw new IllegalArgumentException("window: " + length + " ms (expected: a minute, an hour or a day)");
        }
        long start = Math.floorDiv(now, length) * length / 1000;
        return keys.key(identifier.toString()).replace("{window}", name).replace("{start}", Long.toString(start));
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        return decide(CommandPurpose.LIMIT_TAKE, identifier, meters, LeaseRequest.exactly(permits))
                .thenApply(Grant::decision);
    }

    @Override
    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
        return decide(CommandPurpose.LIMIT_USAGE, identifier, meters, LeaseRequest.exactly(1))
                .thenApply(grant -> grant.decision().uncounted());
    }

    @Override
    public CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, LeaseRequest request) {
        if (request.unused().permits() > 0) {
            giveBack(identifier, meters, request.unused()).exceptionally(failure -> null);
        }
        return decide(CommandPurpose.LIMIT_TAKE, identifier, meters, request);
    }

    private CompletionStage<Grant> decide(
            CommandPurpose purpose, Identifier identifier, List<Meter> meters, LeaseRequest request) {
        long now = clock.millis();
        Map<Long, Window> windows = windows(identifier, meters, now);
        boolean take = purpose == CommandPurpose.LIMIT_TAKE;
        boolean lasts = windows.values().stream()
                .allMatch(window -> window.leftMillis() > Meters.of(meters).leaseMillis());
        long most = lasts ? request.most() : request.least();
        windows.values()
                .forEach(window -> ask(purpose, window, new String[] {
                    Long.toString(request.least()),
                    Long.toString(most),
                    take ? "take" : "look",
                    Long.toString(window.leftMillis()),
                    Integer.toString(request.nodes())
                }));
        CompletableFuture<Grant> decided = new CompletableFuture<>();
        CompletableFuture.allOf(windows.values().stream().map(Window::answer).toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> {
                    long permits = windows.values().stream()
                            .mapToLong(RedisWindowStore::granted)
                            .min()
                            .orElse(0);
                    if (failure != null) {
                        Throwable cause = failure.getCause();
                        decided.completeExceptionally(cause == null ? failure : cause);
                    }
                    boolean over = permits > 0 && take && isAnyOver(windows.values(), now);
                    CompletableFuture<?> undone =
                            take ? undo(windows.values(), over ? 0 : permits) : CompletableFuture.completedFuture(null);
                    if (failure != null) {
                        return;
                    }
                    if (over) {
                        // What is used in a window has been counted in it: not in the one that was when the question
                        // was sent.
                        decide(purpose, identifier, meters, request).whenComplete((grant, why) -> {
                            if (why == null) {
                                decided.complete(grant);
                            } else {
                                decided.completeExceptionally(why);
                            }
                        });
                        return;
                    }
                    // A refused caller may ask again at once, and must not find counts that are being taken back.
                    undone.whenComplete((back, late) -> decided.complete(
                            new Grant(permits, decision(meters, windows, request.least(), permits, now), now)));
                });
        return decided;
    }

    private boolean isAnyOver(Collection<Window> windows, long askedMillis) {
        long elapsed = clock.millis() - askedMillis;
        return windows.stream().anyMatch(window -> window.leftMillis() <= elapsed);
    }

    private static long granted(Window window) {
        return window.answer().isCompletedExceptionally()
                ? 0
                : window.answer().join().permits();
    }

    /** Takes back what these windows have counted beyond so many permits. */
    private CompletableFuture<?> undo(Collection<Window> windows, long permits) {
        return CompletableFuture.allOf(windows.stream()
                .filter(window ->
                        granted(window) > permits && window.answer().join().isCounted())
                .map(window -> takeBack(CommandPurpose.LIMIT_UNDO, window, granted(window) - permits))
                .toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> takeBack(CommandPurpose purpose, Window window, long permits) {
        return ask(
                purpose,
                new Window(window.key(), window.leftMillis(), List.of(), new CompletableFuture<>()),
                head(window, permits, "back"));
    }

    private static String[] head(Window window, long permits, String mode) {
        String count = Long.toString(permits);
        return new String[] {count, count, mode, Long.toString(window.leftMillis()), "1"};
    }

    private CompletableFuture<?> ask(CommandPurpose purpose, Window window, String[] head) {
        String[] arguments =
                Arrays.copyOf(head, head.length + 2 * window.meters().size());
        int at = head.length;
        for (Meter meter : window.meters()) {
            arguments[at++] = Long.toString(meter.quota());
            arguments[at++] = meter.enforced() ? "1" : "0";
        }
        dispatcher
                .ask(
                        SCRIPT.call(purpose, window.key(), arguments),
                        purpose == CommandPurpose.LIMIT_TAKE ? late -> takeBackLate(window, late) : null)
                .whenComplete((answer, failure) -> {
                    CounterAnswer count = failure == null ? read(answer) : null;
                    if (count != null) {
                        window.answer().complete(count);
                    } else {
                        window.answer()
                                .completeExceptionally(failure == null ? new StoreUnavailable(REFUSED) : failure);
                    }
                });
        return window.answer();
    }

    /** Takes back what was granted after the deadline, since its caller has given up. */
    private void takeBackLate(Window window, @Nullable Object answer) {
        CounterAnswer count = read(answer);
        if (count != null && count.permits() > 0 && count.isCounted()) {
            takeBack(CommandPurpose.LIMIT_GIVE_BACK, window, count.permits()).exceptionally(failure -> null);
        }
    }

    private static @Nullable CounterAnswer read(@Nullable Object answer) {
        return answer instanceof List<?> numbers
                        && numbers.size() == 3
                        && numbers.get(0) instanceof Long granted
                        && numbers.get(1) instanceof Long before
                        && numbers.get(2) instanceof Long after
                ? new CounterAnswer(granted, before, after)
                : null;
    }

    private Decision decision(List<Meter> meters, Map<Long, Window> windows, long least, long permits, long now) {
        boolean granted = permits > 0;
        // A refusal stands from now on until the window ends, and not for as long as the question took beyond that.
        long elapsed = Math.max(0, clock.millis() - now);
        long retryAfter = 0;
        List<Decision.State> states = new ArrayList<>(meters.size());
        for (Meter meter : meters) {
            Window window = windows.get(meter.windowMillis());
            if (window == null) {
                throw new IllegalStateException("every meter has a window");
            }
            CounterAnswer count = window.answer().join();
            boolean over = count.before() + least > meter.quota();
            long counted = count.before() + (granted && count.isCounted() ? permits : 0);
            long left = Math.max(1, window.leftMillis() - elapsed);
            long untilNext = least > meter.quota() ? meter.windowMillis() : left;
            states.add(new Decision.State(
                    Math.max(0, meter.quota() - counted), over ? untilNext : counted == 0 ? 0 : left, over));
            if (over && meter.enforced()) {
                retryAfter = Math.max(retryAfter, untilNext);
            }
        }
        return new Decision(
                granted,
                granted ? 0 : retryAfter,
                states,
                granted ? List.of(new Unused(permits, now, states)) : List.of());
    }

    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused) {
        return CompletableFuture.allOf(windows(identifier, meters, unused.atMillis()).values().stream()
                .filter(window -> isCounted(window, meters, unused))
                .map(window -> takeBack(CommandPurpose.LIMIT_GIVE_BACK, window, unused.permits()))
                .toArray(CompletableFuture<?>[]::new));
    }

    private static boolean isCounted(Window window, List<Meter> meters, Unused unused) {
        for (int i = 0; i < meters.size(); i++) {
            if (window.meters().contains(meters.get(i)) && unused.isCountedBy(i)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
        long now = clock.millis();
        Map<Long, Window> windows = windows(identifier, meters, now);
        CompletableFuture<?>[] charged = windows.values().stream()
                .map(window -> ask(CommandPurpose.LIMIT_CHARGE, window, head(window, permits, "charge")))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(charged)
                .thenApply(done -> decision(meters, windows, 0, permits, now).uncounted());
    }

    /** Deletes the windows of now; earlier windows no longer count. */
    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        long now = clock.millis();
        CompletableFuture<?>[] gone = NAMES.keySet().stream()
                .map(length -> key(identifier, length, now))
                .map(key -> CommandResults.done(dispatcher.ask(
                        Command.of(CommandPurpose.LIMIT_RESET, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key))))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(gone);
    }
}
