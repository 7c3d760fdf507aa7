package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
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
 * Counts in windows of the calendar, in the plain counters that the platform's own code keeps: {@code
 * …/{identifier}/minute/1767225600}. What either counts, counts for both. Several windows are several keys, asked for at
 * once; where one refuses, what the others have counted is taken back. Windows begin by this node's clock. Safe for any
 * thread.
 */
final class RedisWindowStore implements LimitStore {

    private static final Script SCRIPT = Script.load("window.lua");
    private static final String REFUSED = "Redis has refused to count";
    private static final Map<Long, String> NAMES = Map.of(60_000L, "minute", 3_600_000L, "hour", 86_400_000L, "day");

    private final Gatherer gatherer;
    private final KeyTemplate keys;
    private final Clock clock;

    RedisWindowStore(Gatherer gatherer, KeyTemplates keys, Clock clock) {
        this.gatherer = gatherer;
        this.keys = KeyTemplate.of(keys.fixedWindow(), "{identifier}");
        this.clock = clock;
    }

    /** One counter and the meters that look at it; {@code answer} once it is there. */
    private record Window(String key, long leftMillis, List<Meter> meters, CompletableFuture<Count> answer) {}

    private record Count(boolean granted, long before, long after) {}

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
        return keys.key(identifier.toString())
                .replace("{window}", name)
                .replace("{start}", Long.toString(start));
    }

    @Override
    public CompletionStage<Taken> take(Identifier identifier, List<Meter> meters, int permits) {
        return decide(Operation.LIMIT_TAKE, identifier, meters, permits);
    }

    @Override
    public CompletionStage<Taken> usage(Identifier identifier, List<Meter> meters) {
        return decide(Operation.LIMIT_USAGE, identifier, meters, 1);
    }

    private CompletionStage<Taken> decide(Operation operation, Identifier identifier, List<Meter> meters, int permits) {
        long now = clock.millis();
        Map<Long, Window> windows = windows(identifier, meters, now);
        boolean take = operation == Operation.LIMIT_TAKE;
        windows.values().forEach(window -> ask(operation, window, permits, take ? "take" : "look"));
        CompletableFuture<Taken> decided = new CompletableFuture<>();
        CompletableFuture.allOf(windows.values().stream().map(Window::answer).toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> {
                    boolean granted = windows.values().stream().allMatch(RedisWindowStore::isGranted);
                    if (failure != null) {
                        Throwable cause = failure.getCause();
                        decided.completeExceptionally(cause == null ? failure : cause);
                    }
                    CompletableFuture<?> undone =
                            take && !granted ? undo(windows.values(), permits) : CompletableFuture.completedFuture(null);
                    // Who is refused may ask again at once, and must not find what is on its way back.
                    if (failure == null) {
                        undone.whenComplete((back, late) ->
                                decided.complete(taken(meters, windows, permits, granted, now)));
                    }
                });
        return decided;
    }

    private static boolean isGranted(Window window) {
        return !window.answer().isCompletedExceptionally() && window.answer().join().granted();
    }

    /** Takes back what these windows have counted. */
    private CompletableFuture<?> undo(Collection<Window> windows, int permits) {
        return CompletableFuture.allOf(windows.stream()
                .filter(RedisWindowStore::isGranted)
                .filter(window -> window.answer().join().after() > window.answer().join().before())
                .map(window -> takeBack(Operation.LIMIT_UNDO, window, permits))
                .toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> takeBack(Operation operation, Window window, int permits) {
        return ask(
                operation,
                new Window(window.key(), window.leftMillis(), List.of(), new CompletableFuture<>()),
                permits,
                "back");
    }

    private CompletableFuture<?> ask(Operation operation, Window window, int permits, String mode) {
        String[] arguments = new String[3 + 2 * window.meters().size()];
        arguments[0] = Integer.toString(permits);
        arguments[1] = mode;
        arguments[2] = Long.toString(window.leftMillis());
        int at = 3;
        for (Meter meter : window.meters()) {
            arguments[at++] = Long.toString(meter.quota());
            arguments[at++] = meter.enforced() ? "1" : "0";
        }
        gatherer.ask(SCRIPT.call(operation, window.key(), arguments)).whenComplete((answer, failure) -> {
            Count count = failure == null ? read(answer) : null;
            if (count != null) {
                window.answer().complete(count);
            } else {
                window.answer().completeExceptionally(failure == null ? new StoreUnavailable(REFUSED) : failure);
            }
        });
        return window.answer();
    }

    private static @Nullable Count read(@Nullable Object answer) {
        return answer instanceof List<?> numbers
                        && numbers.size() == 3
                        && numbers.get(0) instanceof Long granted
                        && numbers.get(1) instanceof Long before
                        && numbers.get(2) instanceof Long after
                ? new Count(granted == 1, before, after)
                : null;
    }

    private static Taken taken(
            List<Meter> meters, Map<Long, Window> windows, int permits, boolean granted, long now) {
        long retryAfter = 0;
        List<Taken.State> states = new ArrayList<>(meters.size());
        for (Meter meter : meters) {
            Window window = windows.get(meter.windowMillis());
            if (window == null) {
                throw new IllegalStateException("every meter has a window");
            }
            Count count = window.answer().join();
            boolean over = count.before() + permits > meter.quota();
            long counted = granted ? count.after() : count.before();
            long untilNext = permits > meter.quota() ? meter.windowMillis() : window.leftMillis();
            states.add(new Taken.State(
                    Math.max(0, meter.quota() - counted), over ? untilNext : counted == 0 ? 0 : window.leftMillis(), over));
            if (over && meter.enforced()) {
                retryAfter = Math.max(retryAfter, untilNext);
            }
        }
        return new Taken(granted, granted ? 0 : retryAfter, states, now);
    }

    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, int permits, Taken taken) {
        if (taken.atMillis() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.allOf(windows(identifier, meters, taken.atMillis()).values().stream()
                .filter(window -> isCounted(window, meters, taken))
                .map(window -> takeBack(Operation.LIMIT_GIVE_BACK, window, permits))
                .toArray(CompletableFuture<?>[]::new));
    }

    private static boolean isCounted(Window window, List<Meter> meters, Taken taken) {
        for (int i = 0; i < meters.size(); i++) {
            if (window.meters().contains(meters.get(i)) && !taken.states().get(i).over()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public CompletionStage<Void> charge(Identifier identifier, List<Meter> meters, int permits) {
        CompletableFuture<?>[] charged = windows(identifier, meters, clock.millis()).values().stream()
                .map(window -> ask(Operation.LIMIT_CHARGE, window, permits, "charge"))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(charged);
    }

    /** Forgets the windows of now; those of the past count no more. */
    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        long now = clock.millis();
        CompletableFuture<?>[] gone = NAMES.keySet().stream()
                .map(length -> key(identifier, length, now))
                .map(key -> Answers.done(gatherer.ask(
                        Command.of(Operation.LIMIT_RESET, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key))))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(gone);
    }
}
