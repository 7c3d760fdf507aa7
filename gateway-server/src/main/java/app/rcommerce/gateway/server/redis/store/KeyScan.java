package app.rcommerce.gateway.server.redis.store;

import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.link.Link;
import app.rcommerce.gateway.server.redis.link.Master;
import app.rcommerce.gateway.server.redis.walk.Walk;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.decoder.ListScanResult;

/**
 * A scan of the keys of one structure on every master. Each run has a virtual thread of its own, which may block. Safe
 * for any thread.
 */
final class KeyScan {

    private static final String KEYS_IN_PAGE = "500";

    private final CommandDispatcher dispatcher;
    private final Link link;
    private final String pattern;

    KeyScan(CommandDispatcher dispatcher, Link link, String pattern) {
        this.dispatcher = dispatcher;
        this.link = link;
        this.pattern = pattern;
    }

    /** The task of a run. */
    interface Task<T> {
        T run(Work work) throws StoreUnavailable;
    }

    /** Runs the task; its stage fails with {@link StoreUnavailable} alone. */
    <T> CompletionStage<T> run(String what, Task<T> task) {
        return Walk.run(dispatcher, what, walk -> task.run(new Work(walk)));
    }

    /** One run, on its own thread. */
    final class Work {

        private final Walk walk;

        private Work(Walk walk) {
            this.walk = walk;
        }

        /** Waits for an answer. */
        <T extends @Nullable Object> T await(CompletableFuture<T> answer) throws StoreUnavailable {
            return walk.await(answer);
        }

        /** Hands the keys of every master over, page by page, while {@code more} says so; a key may come twice. */
        void eachPage(CommandPurpose purpose, Predicate<List<String>> more) throws StoreUnavailable {
            List<Master> masters = link.masters();
            if (masters.isEmpty()) {
                throw new StoreUnavailable("Redis is away");
            }
            for (Master master : masters) {
                if (!eachPage(master, purpose, more)) {
                    return;
                }
            }
        }

        private boolean eachPage(Master master, CommandPurpose purpose, Predicate<List<String>> more) {
            Set<String> cursors = new HashSet<>();
            String cursor = "0";
            // A cursor that comes again would go round for ever.
            while (cursors.add(cursor)) {
                Object answer = await(dispatcher.ask(Command.on(
                        master,
                        purpose,
                        RedisCommands.SCAN,
                        StringCodec.INSTANCE,
                        cursor,
                        "MATCH",
                        pattern,
                        "COUNT",
                        KEYS_IN_PAGE)));
                if (!(answer instanceof ListScanResult<?> page)) {
                    throw new StoreUnavailable("Redis has refused to list keys");
                }
                List<String> keys =
                        page.getValues().stream().map(String::valueOf).toList();
                if (!keys.isEmpty() && !more.test(keys)) {
                    return false;
                }
                cursor = page.getPos();
                if (cursor.equals("0")) {
                    return true;
                }
            }
            return true;
        }
    }
}
