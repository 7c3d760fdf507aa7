package app.rcommerce.gateway.server.redis.idempotency;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.idempotency.AnswerForm;
import app.rcommerce.gateway.idempotency.Claim;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is kept under idempotency keys in Redis: one hash for each key, which every step changes by one script and which
 * ends by itself. Safe for any thread.
 */
public final class RedisIdempotencyStore implements IdempotencyStore {

    private static final Script BEGIN = Script.load(RedisIdempotencyStore.class, "begin.lua");
    private static final Script FINISH = Script.load(RedisIdempotencyStore.class, "finish.lua");
    private static final Script RELEASE = Script.load(RedisIdempotencyStore.class, "release.lua");

    private final CommandDispatcher dispatcher;
    private final UnaryOperator<String> keys;

    /**
     * A store in a Redis.
     *
     * @param keys the key in Redis of the key of a claim
     */
    public RedisIdempotencyStore(CommandDispatcher dispatcher, UnaryOperator<String> keys) {
        this.dispatcher = dispatcher;
        this.keys = keys;
    }

    private static String millis(Duration life) {
        return Long.toString(Math.max(1, life.toMillis()));
    }

    @Override
    public CompletionStage<Begun> begin(Claim claim, Duration life) {
        return CommandResults.read(
                dispatcher.ask(BEGIN.callWithBytes(
                        CommandPurpose.IDEMPOTENCY_BEGIN,
                        keys.apply(claim.key()),
                        claim.fingerprint(),
                        claim.holder(),
                        millis(life))),
                RedisIdempotencyStore::begun);
    }

    private static Begun begun(@Nullable Object answer) {
        if (answer instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Long what) {
            if (what == 1) {
                return new Begun.First();
            } else if (what == 2) {
                return new Begun.InProgress();
            } else if (what == 3) {
                return new Begun.OtherRequest();
            }
            Reply kept = list.size() == 2 && list.getLast() instanceof byte[] bytes ? AnswerForm.read(bytes) : null;
            if (kept != null) {
                return new Begun.Answered(kept);
            }
        }
        // Whether the request was carried out nobody can say.
        throw new StoreUnavailable("Redis holds something else under an idempotency key");
    }

    @Override
    public CompletionStage<Boolean> finish(Claim claim, Reply answer, Duration kept) {
        return CommandResults.read(
                dispatcher.ask(FINISH.callWithBytes(
                        CommandPurpose.IDEMPOTENCY_END,
                        keys.apply(claim.key()),
                        claim.fingerprint(),
                        claim.holder(),
                        AnswerForm.write(answer),
                        millis(kept))),
                RedisIdempotencyStore::isDone);
    }

    @Override
    public CompletionStage<Boolean> release(Claim claim) {
        return CommandResults.read(
                dispatcher.ask(
                        RELEASE.callWithBytes(CommandPurpose.IDEMPOTENCY_END, keys.apply(claim.key()), claim.holder())),
                RedisIdempotencyStore::isDone);
    }

    private static boolean isDone(@Nullable Object answer) {
        return answer instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Long done && done == 1;
    }
}
