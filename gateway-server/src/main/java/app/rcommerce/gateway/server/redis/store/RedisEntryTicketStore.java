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
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/** Tickets in Redis: one string for each, which is read and removed in one step. Safe for any thread. */
final class RedisEntryTicketStore implements EntryTicketStore {

    private static final Script TAKE = Script.load(RedisEntryTicketStore.class, "take.lua");

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;

    RedisEntryTicketStore(CommandDispatcher dispatcher, KeyTemplates keys) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.entryTickets(), "{ticket}");
    }

    @Override
    public CompletionStage<Void> put(String digest, String caller, Duration life) {
        String key = keys.key(digest);
        return CommandResults.done(dispatcher.ask(Command.of(
                CommandPurpose.ENTRY_TICKET,
                key,
                RedisCommands.SET,
                StringCodec.INSTANCE,
                key,
                caller,
                "PX",
                Entries.millis(life))));
    }

    @Override
    public CompletionStage<@Nullable String> take(String digest) {
        return CommandResults.read(
                dispatcher.ask(TAKE.call(CommandPurpose.ENTRY_TICKET, keys.key(digest))),
                answer -> answer instanceof List<?> texts && !texts.isEmpty() && texts.getFirst() instanceof String text
                        ? text
                        : null);
    }
}
