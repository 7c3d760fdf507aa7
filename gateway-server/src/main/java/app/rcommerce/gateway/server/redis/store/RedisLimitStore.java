package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.limit.count.Grant;
import app.rcommerce.gateway.limit.count.Hold;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.LeaseStore;
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
 * The store of limit counts in Redis: one hash for each identifier, and one script call for each decision over all its
 * meters, on the server's clock. The script has the arithmetic of {@code Counters}; a key that holds anything else is
 * replaced. Safe for any thread.
 */
final class RedisLimitStore implements LeaseStore {

    private static final Script SCRIPT = Script.load(RedisLimitStore.class, "limit.lua");
    private static final int HEAD = 14;
    private static final int PER_METER = 5;
    private static final int ANSWER_HEAD = 3;
    private static final String REFUSED = "Redis has refused to count";

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;
    private final String now;
    private final String shortestLife;

    /** A store whose keys live for {@code shortestLife} at least, and for their longest window in any case. */
    RedisLimitStore(CommandDispatcher dispatcher, KeyTemplates keys, Duration shortestLife) {
        this(dispatcher, keys, shortestLife, "");
    }

    private RedisLimitStore(CommandDispatcher dispatcher, KeyTemplates keys, Duration shortestLife, String now) {
        this.shortestLife = Long.toString(shortestLife.toMillis());
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.rateLimit(), "{identifier}");
        this.now = now;
    }

    /** A store for which it is always the time given, in milliseconds: for tests of the arithmetic. */
    static RedisLimitStore at(CommandDispatcher dispatcher, KeyTemplates keys, long nowMillis) {
        return new RedisLimitStore(dispatcher, keys, Duration.ZERO, Long.toString(nowMillis));
    }

    @Override
    public CompletionStage<Decision> take(Identifier identifier, List<Meter> meters, int permits) {
        return decide(CommandPurpose.LIMIT_TAKE, identifier, meters, LeaseRequest.exactly(permits))
                .thenApply(Grant::decision);
    }

    @Override
    public CompletionStage<Grant> lease(Identifier identifier, List<Meter> meters, LeaseRequest request) {
        return decide(CommandPurpose.LIMIT_TAKE, identifier, meters, request);
    }

    @Override
    public CompletionStage<Void> giveBack(Identifier identifier, List<Meter> meters, Unused unused) {
        return decide(CommandPurpose.LIMIT_GIVE_BACK, identifier, meters, new LeaseRequest(0, 0, 1, unused))
                .thenAccept(grant -> {});
    }

    @Override
    public CompletionStage<Decision> charge(Identifier identifier, List<Meter> meters, int permits) {
        return decide(CommandPurpose.LIMIT_CHARGE, identifier, meters, LeaseRequest.exactly(permits))
                .thenApply(grant -> grant.decision().uncounted());
    }

    @Override
    public CompletionStage<Decision> usage(Identifier identifier, List<Meter> meters) {
        return decide(CommandPurpose.LIMIT_USAGE, identifier, meters, LeaseRequest.exactly(1))
                .thenApply(grant -> grant.decision().uncounted());
    }

    private CompletableFuture<Grant> decide(
            CommandPurpose purpose, Identifier identifier, List<Meter> meters, LeaseRequest request) {
        CompletableFuture<Grant> decided = new CompletableFuture<>();
        String[] arguments = arguments(meters, request, mode(purpose));
        dispatcher
                .ask(
                        SCRIPT.call(purpose, keys.key(identifier.toString()), arguments),
                        purpose == CommandPurpose.LIMIT_TAKE
                                ? late -> giveBackLate(identifier, meters, request, late)
                                : null)
                .whenComplete((answer, failure) -> {
                    Grant grant = failure == null ? read(answer, meters.size(), request) : null;
                    if (grant != null) {
                        decided.complete(grant);
                    } else {
                        decided.completeExceptionally(failure == null ? new StoreUnavailable(REFUSED) : failure);
                    }
                });
        return decided;
    }

    /** Gives back what was counted after the deadline, since its caller has given up. */
    private void giveBackLate(
            Identifier identifier, List<Meter> meters, LeaseRequest request, @Nullable Object answer) {
        Grant grant = read(answer, meters.size(), request);
        if (grant != null) {
            grant.decision()
                    .taken()
                    .forEach(unused -> giveBack(identifier, meters, unused).exceptionally(failure -> null));
        }
    }

    private static String mode(CommandPurpose purpose) {
        return switch (purpose) {
            case LIMIT_USAGE -> "0";
            case LIMIT_CHARGE -> "2";
            default -> "1";
        };
    }

    private String[] arguments(List<Meter> meters, LeaseRequest request, String mode) {
        String[] arguments = new String[HEAD + PER_METER * meters.size()];
        arguments[0] = Long.toString(request.least());
        arguments[1] = Long.toString(request.most());
        arguments[2] = mode;
        arguments[3] = now;
        arguments[4] = shortestLife;
        arguments[5] = Integer.toString(request.nodes());
        arguments[6] = Long.toString(request.unused().permits());
        arguments[7] = Long.toString(request.unused().atMillis());
        arguments[8] = request.unused().permits() == 0 ? "" : countedBy(meters, request.unused());
        Hold hold = request.hold();
        arguments[9] = hold == null ? "" : hold.id();
        arguments[10] = hold == null ? "0" : Long.toString(hold.sequence());
        arguments[11] = hold == null ? "0" : Long.toString(hold.used());
        arguments[12] = hold == null ? "0" : Long.toString(hold.acknowledged());
        arguments[13] = hold == null ? "0" : Long.toString(hold.lifeMillis());
        int at = HEAD;
        for (Meter meter : meters) {
            arguments[at++] = meter.field();
            arguments[at++] = kind(meter);
            arguments[at++] = Long.toString(meter.quota());
            arguments[at++] = Long.toString(meter.windowMillis());
            arguments[at++] = Long.toString(meter.burst());
        }
        return arguments;
    }

    private static String kind(Meter meter) {
        return switch (meter.algorithm()) {
            case SLIDING_WINDOW -> meter.enforced() ? "S" : "s";
            case TOKEN_BUCKET -> meter.enforced() ? "T" : "t";
            case FIXED_WINDOW ->
                throw new IllegalArgumentException(
                        meter.field() + ": FIXED_WINDOW (expected: a meter that is kept in the identifier's hash)");
        };
    }

    private static String countedBy(List<Meter> meters, Unused unused) {
        StringBuilder counted = new StringBuilder(meters.size());
        for (int i = 0; i < meters.size(); i++) {
            counted.append(unused.isCountedBy(i) ? '1' : '0');
        }
        return counted.toString();
    }

    private static @Nullable Grant read(@Nullable Object answer, int meters, LeaseRequest request) {
        if (!(answer instanceof List<?> numbers) || numbers.size() != ANSWER_HEAD + 3 * meters) {
            return null;
        }
        List<Decision.State> states = new ArrayList<>(meters);
        for (int at = ANSWER_HEAD; at < numbers.size(); at += 3) {
            states.add(new Decision.State(number(numbers, at), number(numbers, at + 1), number(numbers, at + 2) == 1));
        }
        long permits = number(numbers, 0);
        long retryAfter = number(numbers, 1);
        long at = number(numbers, 2);
        // Of a hold the least is counted at once, and the rest is held.
        long counted = request.hold() == null ? permits : retryAfter == 0 ? request.least() : 0;
        List<Unused> taken = counted == 0 ? List.of() : List.of(new Unused(counted, at, states));
        return new Grant(permits, new Decision(retryAfter == 0, retryAfter, states, taken), at);
    }

    private static long number(List<?> numbers, int at) {
        return numbers.get(at) instanceof Long number ? number : 0;
    }

    @Override
    public CompletionStage<Void> reset(Identifier identifier) {
        String key = keys.key(identifier.toString());
        return CommandResults.done(dispatcher.ask(
                Command.of(CommandPurpose.LIMIT_RESET, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key)));
    }
}
