package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.StoredEntry;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.store.ReplyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * The store of cached replies in Redis: one text for each, which lives as long as the reply may be used. Safe for any
 * thread.
 */
final class RedisReplyStore implements ReplyStore {

    /**
     * The bytes of a reply that are read first to find its path; nearly every path ends within them, and a longer one
     * is read completely.
     */
    private static final int USUAL_BEGINNING = StoredEntry.PATH_OFFSET + 1024;

    private static final int LONGEST_BEGINNING = StoredEntry.PATH_OFFSET + (1 << 16);

    /**
     * The name of the last purge where there was none, or one so long ago that no reply from before it is under way.
     */
    private static final String NEVER_PURGED = "none";

    /** The time for which a purge is remembered, longer than any reply is under way. */
    private static final Duration PURGES_LIFE = Duration.ofDays(7);

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;
    private final String purgesKey;
    private final KeyScan scan;

    RedisReplyStore(CommandDispatcher dispatcher, Link link, KeyTemplates keys) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.apiCache(), "{key}");
        this.purgesKey = keys.purges();
        this.scan = new KeyScan(dispatcher, link, this.keys.pattern());
    }

    @Override
    public CompletionStage<byte @Nullable []> get(CacheKey key) {
        String name = keys.key(key.digest());
        return CommandResults.read(
                dispatcher.ask(
                        Command.of(CommandPurpose.REPLY_GET, name, RedisCommands.GET, ByteArrayCodec.INSTANCE, name)),
                RedisReplyStore::bytes);
    }

    private static byte @Nullable [] bytes(@Nullable Object value) {
        return value instanceof byte[] bytes ? bytes : null;
    }

    @Override
    public CompletionStage<Void> put(CacheKey key, byte[] bytes, Duration life) {
        String name = keys.key(key.digest());
        return CommandResults.done(dispatcher.ask(Command.of(
                CommandPurpose.REPLY_PUT,
                name,
                RedisCommands.SET,
                ByteArrayCodec.INSTANCE,
                name,
                bytes,
                "PX",
                Entries.millis(life))));
    }

    @Override
    public CompletionStage<Void> remove(CacheKey key) {
        String name = keys.key(key.digest());
        return CommandResults.done(dispatcher.ask(
                Command.of(CommandPurpose.REPLY_REMOVE, name, RedisCommands.UNLINK, StringCodec.INSTANCE, name)));
    }

    @Override
    public CompletionStage<String> generation() {
        return CommandResults.read(
                dispatcher.ask(Command.of(
                        CommandPurpose.REPLY_GET, purgesKey, RedisCommands.GET, StringCodec.INSTANCE, purgesKey)),
                name -> name instanceof String text ? text : NEVER_PURGED);
    }

    private CompletableFuture<Void> beginGeneration() {
        return CommandResults.done(dispatcher.ask(Command.of(
                CommandPurpose.REPLY_PURGE,
                purgesKey,
                RedisCommands.SET,
                StringCodec.INSTANCE,
                purgesKey,
                UUID.randomUUID().toString(),
                "PX",
                Entries.millis(PURGES_LIFE))));
    }

    @Override
    public CompletionStage<Long> purge(@Nullable PathPattern paths) {
        return scan.run("stored replies", work -> {
            work.await(beginGeneration());
            long[] purged = new long[1];
            work.eachPage(CommandPurpose.REPLY_PURGE, page -> {
                purged[0] += unlink(work, paths == null ? page : matching(work, page, paths));
                return true;
            });
            return purged[0];
        });
    }

    private List<String> matching(KeyScan.Work work, List<String> page, PathPattern paths) {
        List<CompletableFuture<byte @Nullable []>> beginnings =
                page.stream().map(key -> beginning(key, USUAL_BEGINNING)).toList();
        List<String> matching = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            byte[] beginning = work.await(beginnings.get(i));
            String path = beginning == null ? null : StoredEntry.pathOf(beginning);
            if (path == null && beginning != null && beginning.length == USUAL_BEGINNING) {
                byte[] whole = work.await(beginning(page.get(i), LONGEST_BEGINNING));
                path = whole == null ? null : StoredEntry.pathOf(whole);
            }
            if (path != null && paths.matches(path)) {
                matching.add(page.get(i));
            }
        }
        return matching;
    }

    private CompletableFuture<byte @Nullable []> beginning(String key, int bytes) {
        return CommandResults.read(
                dispatcher.ask(Command.of(
                        CommandPurpose.REPLY_PURGE,
                        key,
                        RedisCommands.GETRANGE,
                        ByteArrayCodec.INSTANCE,
                        key,
                        "0",
                        Integer.toString(bytes - 1))),
                RedisReplyStore::bytes);
    }

    private long unlink(KeyScan.Work work, List<String> page) {
        List<CompletableFuture<Boolean>> removals = page.stream()
                .map(key -> CommandResults.some(dispatcher.ask(
                        Command.of(CommandPurpose.REPLY_PURGE, key, RedisCommands.UNLINK, StringCodec.INSTANCE, key))))
                .toList();
        long removed = 0;
        for (CompletableFuture<Boolean> removal : removals) {
            removed += work.await(removal) ? 1 : 0;
        }
        return removed;
    }
}
