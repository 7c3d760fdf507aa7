package app.rcommerce.gateway.server.redis;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Taken;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * Counts in Redis: one hash for each identifier, one script call for each decision over all its meters, on the server's
 * clock. The script keeps the arithmetic of {@code SlidingWindow}; a key that holds anything else is replaced. Safe for
 * any thread.
 */
final class RedisLimitStore implements LimitStore {

    private static final Script SCRIPT = Script.load("limit.lua");
    private static final int HEAD = 4;
    private static final int PER_METER = 4;
    private static final String REFUSED = "Redis has refused to count";

    private final Gatherer gatherer;
    private final KeyTemplate keys;
    private final String now;
    private final String shortestLife;

    /** A store whose keys live for {@code shortestLife} at least, and for their longest window in any case. */
    RedisLimitStore(Gatherer gatherer, KeyTemplates keys, Duration shortestLife) {
        this(gatherer, keys, shortestLife, "");
    }

    private RedisLimitStore(Gatherer gatherer, KeyTemplates keys, Duration shortestLife, String now) {
        this.shortestLife = Long.toString(shortestLife.toMillis());
        this.gatherer = gatherer;
        this.keys = KeyTemplate.of(keys.rateLimit(), "{identifier}");
        this.now = now;
    }

    /** A store for which it is always the time given, in milliseconds: for tests of the arithmetic. */
    static RedisLimitStore at(Gatherer gatherer, KeyTemplates keys, long nowMillis) {
        return new RedisLimitStore(gatherer, keys, Duration.ZERO, Long.toString(nowMillis));
    }

    @Override
    public CompletionStage<Taken> take(Identifier identifier, List<Meter> meters, int permits) {
        return decide(Operation.LIMIT_TAKE, identifier, meters, permits, "1");
    }

    @Override
    public CompletionStage<Taken> usage(Identifier identifier, List<Meter> meters) {
        return decide(Operation.LIMIT_USAGE, identifier, meters, 1, "0");
    }

    private CompletionStage<Taken> decide(
            Operation operation, Identifier identifier, List<Meter> meters, int permits, String count) {
        String[] arguments = new String[HEAD + PER_METER * meters.size()];
        arguments[0] = Integer.toString(permits);
        arguments[1] = count;
        arguments[2] = now;
        arguments[3] = shortestLife;
        int at = HEAD;
        for (Meter meter : meters) {
            arguments[at++] = meter.field();
            arguments[at++] = Long.toString(meter.quota());
            arguments[at++] = Long.toString(meter.windowMillis());
            arguments[at++] = meter.enforced() ? "1" : "0";
        }
        CompletableFuture<Taken> decided = new CompletableFuture<>();
        gatherer.ask(SCRIPT.call(operation, keys.key(identifier.toString()), arguments))
                .whenComplete((answer, failure) -> {
                    Taken taken = failure == null ? read(answer, meters.size()) : null;
                    if (taken != null) {
                        decided.complete(taken);
                    } else {
                        decided.completeExceptionally(failure == null ? new StoreUnavailable(REFUSED) : failure);
                    }
                });
        return decided;
    }

    private static @Nullable Taken read(@Nullable Object answer, int meters) {
        if (!(answer instanceof List<?> numbers) || numbers.size() != 2 + 3 * meters) {
            return null;
        }
        List<Taken.State> states = new ArrayList<>(meters);
        for (int at = 2; at < numbers.size(); at += 3) {
            states.add(new Taken.State(number(numbers, at), number(numbers, at + 1), number(numbers, at + 2) == 1));
        }
        return new Taken(number(numbers, 0) == 1, number(numbers, 1), states);
    }

    private static long number(List<?> numbers, int at) {
        return numbers.get(at) instanceof Long number ? number : 0;
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        String key = keys.key(identifier.toString());
        return Answers.done(gatherer.ask(
                Command.of(Operation.LIMIT_RESET, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key)));
    }
}
