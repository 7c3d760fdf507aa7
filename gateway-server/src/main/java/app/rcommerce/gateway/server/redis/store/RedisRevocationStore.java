package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * The store of revocations in Redis: one key for each revoked token, whose existence revokes it whoever wrote it, and
 * one key for each subject, whose value is a time in milliseconds since the epoch before which its tokens are revoked.
 * Safe for any thread.
 */
final class RedisRevocationStore implements RevocationStore {

    private final CommandDispatcher dispatcher;
    private final KeyTemplate tokens;
    private final KeyTemplate cutoffs;
    private final Clock clock;

    RedisRevocationStore(CommandDispatcher dispatcher, KeyTemplates keys, Clock clock) {
        this.dispatcher = dispatcher;
        this.tokens = KeyTemplate.of(keys.tokenBlacklist(), "{token_id}");
        this.cutoffs = KeyTemplate.of(keys.subjectCutoff(), "{identifier}");
        this.clock = clock;
    }

    @Override
    public CompletionStage<Boolean> isRevoked(String tokenId) {
        String key = tokens.key(tokenId);
        return CommandResults.some(dispatcher.ask(
                Command.of(CommandPurpose.REVOCATION_FIND, key, RedisCommands.EXISTS_LONG, StringCodec.INSTANCE, key)));
    }

    @Override
    public CompletionStage<Long> cutoff(Identifier subject) {
        String key = cutoffs.key(subject.toString());
        return CommandResults.read(
                dispatcher.ask(
                        Command.of(CommandPurpose.REVOCATION_FIND, key, RedisCommands.GET, StringCodec.INSTANCE, key)),
                RedisRevocationStore::cutoff);
    }

    private static long cutoff(@Nullable Object value) {
        if (!(value instanceof String text) || text.isEmpty() || text.length() > 18) {
            return NO_CUTOFF;
        }
        return text.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(text) : NO_CUTOFF;
    }

    @Override
    public CompletionStage<Void> revoke(String tokenId, Duration life, String reason) {
        return set(tokens.key(tokenId), Entries.revocation(reason, clock.millis()), life);
    }

    @Override
    public CompletionStage<Void> revokeBefore(Identifier subject, long cutoffMillis, Duration life) {
        return set(cutoffs.key(subject.toString()), Long.toString(Math.max(0, cutoffMillis)), life);
    }

    private CompletionStage<Void> set(String key, String value, Duration life) {
        return CommandResults.done(dispatcher.ask(Command.of(
                CommandPurpose.REVOCATION_CHANGE,
                key,
                RedisCommands.SET,
                StringCodec.INSTANCE,
                key,
                value,
                "PX",
                Entries.millis(life))));
    }

    @Override
    public CompletionStage<Boolean> restore(String tokenId) {
        return remove(tokens.key(tokenId));
    }

    @Override
    public CompletionStage<Boolean> restore(Identifier subject) {
        return remove(cutoffs.key(subject.toString()));
    }

    private CompletionStage<Boolean> remove(String key) {
        return CommandResults.some(dispatcher.ask(
                Command.of(CommandPurpose.REVOCATION_CHANGE, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key)));
    }
}
