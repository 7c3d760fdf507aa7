package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.TicketKeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;

/** The keys of session tickets in Redis: one string for each period, which is set where there is none. */
final class RedisTicketKeyStore implements TicketKeyStore {

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;

    RedisTicketKeyStore(CommandDispatcher dispatcher, KeyTemplates keys) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.ticketKeys(), "{period}");
    }

    @Override
    public CompletionStage<String> keep(long period, String proposed, Duration life) {
        String key = keys.key(Long.toString(period));
        CompletableFuture<String> kept = new CompletableFuture<>();
        CommandResults.done(dispatcher.ask(Command.of(
                        CommandPurpose.TICKET_KEY,
                        key,
                        RedisCommands.SET,
                        StringCodec.INSTANCE,
                        key,
                        proposed,
                        "PX",
                        Entries.millis(life),
                        "NX")))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        read(key, kept);
                    } else {
                        kept.completeExceptionally(failure);
                    }
                });
        return kept;
    }

    private void read(String key, CompletableFuture<String> kept) {
        CommandResults.read(
                        dispatcher.ask(Command.of(
                                CommandPurpose.TICKET_KEY, key, RedisCommands.GET, StringCodec.INSTANCE, key)),
                        value -> value instanceof String text ? text : "")
                .whenComplete((text, failure) -> {
                    if (failure != null) {
                        kept.completeExceptionally(failure);
                    } else if (text.isEmpty()) {
                        // It ended in between, or it is a key of somebody else's structure.
                        kept.completeExceptionally(new StoreUnavailable("no text stands at " + key));
                    } else {
                        kept.complete(text);
                    }
                });
    }
}
