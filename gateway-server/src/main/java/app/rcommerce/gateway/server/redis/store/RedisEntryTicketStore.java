package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.topic.EntryTicketStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/**
 * Tickets in Redis: one string for each, which is read and removed in one step, and a hash for each caller that has
 * some, by which they are counted. Safe for any thread.
 */
final class RedisEntryTicketStore implements EntryTicketStore {

    private static final Script TAKE = Script.load(RedisEntryTicketStore.class, "take.lua");
    private static final Script COUNT = Script.load(RedisEntryTicketStore.class, "ticket_count.lua");

    /** Stands between the owner and the caller in the text of a ticket. */
    private static final char BETWEEN = '\n';

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;

    RedisEntryTicketStore(CommandDispatcher dispatcher, KeyTemplates keys) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.entryTickets(), "{ticket}");
    }

    @Override
    public CompletionStage<Boolean> put(String digest, String owner, String caller, Duration life) {
        return CommandResults.some(dispatcher.ask(COUNT.call(
                        CommandPurpose.ENTRY_TICKET,
                        ofOwner(owner),
                        digest,
                        Entries.millis(life),
                        Integer.toString(MOST_OF_ONE))))
                .thenCompose(counted -> counted
                        ? keep(digest, owner + BETWEEN + caller, life)
                        : CompletableFuture.completedFuture(false));
    }

    private String ofOwner(String owner) {
        return keys.key("of-" + owner);
    }

    private CompletionStage<Boolean> keep(String digest, String text, Duration life) {
        String key = keys.key(digest);
        return CommandResults.read(
                dispatcher.ask(Command.of(
                        CommandPurpose.ENTRY_TICKET,
                        key,
                        RedisCommands.SET,
                        StringCodec.INSTANCE,
                        key,
                        text,
                        "PX",
                        Entries.millis(life))),
                answer -> true);
    }

    @Override
    public CompletionStage<@Nullable String> take(String digest) {
        return CommandResults.read(
                dispatcher.ask(TAKE.call(CommandPurpose.ENTRY_TICKET, keys.key(digest))),
                answer -> answer instanceof List<?> texts && !texts.isEmpty() && texts.getFirst() instanceof String text
                        ? taken(digest, text)
                        : null);
    }

    /** The caller's text of a ticket, which counts no more; where Redis is not told of that it counts to its end. */
    private String taken(String digest, String text) {
        int at = text.indexOf(BETWEEN);
        if (at > 0) {
            String key = ofOwner(text.substring(0, at));
            dispatcher.ask(Command.of(
                    CommandPurpose.ENTRY_TICKET, key, RedisCommands.HDEL, StringCodec.INSTANCE, key, digest));
        }
        return text.substring(at + 1);
    }
}
