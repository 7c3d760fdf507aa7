package app.rcommerce.gateway.server.redis.walk;

import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A walk through many keys or elements of Redis, with one question behind the other. Each has a virtual thread of its
 * own, which may block, and ends after half a minute. Confined to that thread.
 */
public final class Walk {

    private static final long LONGEST_SECONDS = 30;

    private final CommandDispatcher dispatcher;
    private final long endNanos;

    private Walk(CommandDispatcher dispatcher) {
        this.dispatcher = dispatcher;
        this.endNanos = dispatcher.nanos() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    }

    /** The task of a walk. */
    public interface Task<T> {
        T run(Walk walk) throws StoreUnavailable;
    }

    /** Runs the task; its stage fails with {@link StoreUnavailable} alone. */
    public static <T> CompletionStage<T> run(CommandDispatcher dispatcher, String what, Task<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().name("redis-scan").start(() -> {
            try {
                done.complete(task.run(new Walk(dispatcher)));
            } catch (StoreUnavailable e) {
                done.completeExceptionally(e);
            } catch (RuntimeException e) {
                done.completeExceptionally(new StoreUnavailable(what + " could not be gone through"));
            }
        });
        return done;
    }

    /** Waits for an answer. */
    public <T extends @Nullable Object> T await(CompletableFuture<T> answer) throws StoreUnavailable {
        try {
            return answer.get(Math.max(0, endNanos - dispatcher.nanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreUnavailable known ? known : new StoreUnavailable("Redis has failed");
        } catch (TimeoutException e) {
            throw new StoreUnavailable("Redis has not answered within " + LONGEST_SECONDS + " s");
        } catch (InterruptedException e) {
            throw new StoreUnavailable("interrupted");
        }
    }
}
