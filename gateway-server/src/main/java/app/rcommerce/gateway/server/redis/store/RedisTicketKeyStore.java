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
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;

/** The keys of session tickets in Redis: one string for each period, which is set where there is none. */
final class RedisTicketKeyStore implements TicketKeyStore {

    /** More are made only where a key that stood there has ended meanwhile, or is of somebody else's structure. */
    private static final int MOST_PROPOSALS = 3;

    private final CommandDispatcher dispatcher;
    private final KeyTemplate keys;

    RedisTicketKeyStore(CommandDispatcher dispatcher, KeyTemplates keys) {
        this.dispatcher = dispatcher;
        this.keys = KeyTemplate.of(keys.ticketKeys(), "{period}");
    }

    @Override
    public CompletionStage<String> keep(long period, String proposed, Duration life) {
        CompletableFuture<String> kept = new CompletableFuture<>();
        propose(new Proposal(keys.key(Long.toString(period)), proposed, Entries.millis(life), kept), MOST_PROPOSALS);
        return kept;
    }

    private void propose(Proposal proposal, int proposals) {
        CommandResults.read(
                        ask(
                                proposal,
                                RedisCommands.SET_BOOLEAN,
                                proposal.key(),
                                proposal.text(),
                                "PX",
                                proposal.life(),
                                "NX"),
                        Boolean.TRUE::equals)
                .whenComplete((stands, failure) -> {
                    if (failure != null) {
                        proposal.kept().completeExceptionally(failure);
                    } else if (stands) {
                        proposal.kept().complete(proposal.text());
                    } else {
                        read(proposal, proposals - 1);
                    }
                });
    }

    private void read(Proposal proposal, int left) {
        CommandResults.read(
                        ask(proposal, RedisCommands.GET, proposal.key()),
                        value -> value instanceof String text ? text : "")
                .whenComplete((text, failure) -> {
                    if (failure != null) {
                        proposal.kept().completeExceptionally(failure);
                    } else if (!text.isEmpty()) {
                        proposal.kept().complete(text);
                    } else if (left > 0) {
                        // It has ended in between.
                        propose(proposal, left);
                    } else {
                        proposal.kept()
                                .completeExceptionally(new StoreUnavailable("no text stands at " + proposal.key()));
                    }
                });
    }

    private CompletableFuture<@Nullable Object> ask(Proposal proposal, RedisCommand<?> kind, Object... arguments) {
        return dispatcher.ask(
                Command.of(CommandPurpose.TICKET_KEY, proposal.key(), kind, StringCodec.INSTANCE, arguments));
    }

    /** What is proposed for a key, and who waits for what stands there then. */
    private record Proposal(String key, String text, String life, CompletableFuture<String> kept) {}
}
