package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.RevocationStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.time.Moments;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * The store of revocations in Redis: one key for each revoked token, whose existence revokes it whoever wrote it, and
 * one key for each subject, whose value is the time before which its tokens are revoked, in any of the forms of
 * {@link Moments}. Safe for any thread.
 */
final class RedisRevocationStore implements RevocationStore {

    private static final String NOT_UNDERSTOOD =
            "no token is revoked by it (expected: a time in seconds or milliseconds since 1970, or one of ISO 8601 such as"
                    + " 2026-01-01T00:00:00Z)";

    private final CommandDispatcher dispatcher;
    private final KeyTemplate tokens;
    private final KeyTemplate cutoffs;
    private final Clock clock;
    private final Unreadable unreadable;

    RedisRevocationStore(CommandDispatcher dispatcher, KeyTemplates keys, Clock clock, Unreadable unreadable) {
        this.dispatcher = dispatcher;
        this.tokens = KeyTemplate.of(keys.tokenBlacklist(), "{token_id}");
        this.cutoffs = KeyTemplate.of(keys.subjectCutoff(), "{identifier}");
        this.clock = clock;
        this.unreadable = unreadable;
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
        CompletableFuture<@Nullable Object> asked = dispatcher.ask(
                Command.of(CommandPurpose.REVOCATION_FIND, key, RedisCommands.GET, StringCodec.INSTANCE, key));
        return CommandResults.read(asked, value -> cutoff(key, value, asked.getNow(null) != null));
    }

    /**
     * The cut-off that a value is; tells of one that is none, such as a key of another structure, which reads as null.
     */
    private long cutoff(String key, @Nullable Object value, boolean isThere) {
        long cutoff = value instanceof String text ? Moments.parse(text) : NO_CUTOFF;
        if (isThere && cutoff == NO_CUTOFF) {
            unreadable.found("cutoff", key, value instanceof String text ? text : null, NOT_UNDERSTOOD);
        }
        return cutoff;
    }

    @Override
    public CompletionStage<Void> revoke(String tokenId, Duration life, String reason) {
        return set(tokens.key(tokenId), Entries.revocation(reason, clock.millis()), life);
    }

    @Override
    public CompletionStage<Void> revokeBefore(Identifier subject, long cutoffMillis, Duration life) {
        return set(cutoffs.key(subject.toString()), Moments.format(Math.max(0, cutoffMillis)), life);
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
