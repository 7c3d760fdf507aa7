package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.slot.SlotLedger;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The ledger, in Redis, of the slots that each node holds for requests in flight. Each identifier has one hash, with a
 * field for each node: for example three nodes that serve one caller hold its limit of 100 together. The slots of a
 * node that stops renewing them are free again after {@link #LIFE}, by the server's clock. Safe for any thread.
 */
final class RedisSlotLedger implements SlotLedger {

    /** The time after which the slots of a node that has died are free again. */
    static final Duration LIFE = Duration.ofSeconds(10);

    private static final Script SCRIPT = Script.load(RedisSlotLedger.class, "slots.lua");
    private static final String REFUSED = "Redis has refused to count requests in flight";

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;
    private final String node;
    private final Duration life;

    /** The ledger as a node of this name writes it. */
    RedisSlotLedger(CommandDispatcher dispatcher, KeyTemplates keys, String node, Duration life) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.concurrency(), "{identifier}");
        this.node = node;
        this.life = life;
    }

    @Override
    public CompletionStage<Integer> hold(Identifier identifier, String bucket, SlotClaim claim) {
        boolean waitedFor = claim.wanted() > claim.used();
        return ask(
                waitedFor ? CommandPurpose.CONCURRENCY_ENTER : CommandPurpose.CONCURRENCY_RENEW,
                identifier,
                0,
                bucket,
                node,
                Integer.toString(claim.wanted()),
                Integer.toString(claim.used()),
                Integer.toString(claim.most()),
                Long.toString(life.toMillis()),
                Long.toString(claim.number()));
    }

    @Override
    public CompletionStage<Integer> held(Identifier identifier, String bucket) {
        return ask(
                CommandPurpose.LIMIT_USAGE,
                identifier,
                1,
                bucket,
                node,
                "",
                "",
                "",
                Long.toString(life.toMillis()),
                "0");
    }

    private CompletionStage<Integer> ask(
            CommandPurpose purpose, Identifier identifier, int index, String... arguments) {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        dispatcher
                .ask(SCRIPT.call(purpose, keys.key(identifier.toString()), arguments))
                .whenComplete((answer, failure) -> {
                    Integer number = failure == null ? number(answer, index) : null;
                    if (number != null) {
                        read.complete(number);
                    } else {
                        read.completeExceptionally(failure == null ? new StoreUnavailable(REFUSED) : failure);
                    }
                });
        return read;
    }

    private static @Nullable Integer number(@Nullable Object answer, int index) {
        return answer instanceof List<?> numbers && numbers.size() == 2 && numbers.get(index) instanceof Long number
                ? Math.clamp(number, 0, Integer.MAX_VALUE)
                : null;
    }

    @Override
    public long lifeMillis() {
        return life.toMillis();
    }
}
