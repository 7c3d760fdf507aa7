package app.rcommerce.gateway.server.redis.command;

import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts the answers of Redis into the results of stores. An answer of an unexpected type reads as absent; a
 * conversion that throws all the same is a defect, with which the stage fails, so that nobody waits for it. Stages fail
 * with {@link StoreUnavailable} itself, not wrapped. Stateless.
 */
public final class CommandResults {

    private static final String REFUSED = "Redis has refused the command";

    private CommandResults() {}

    /** Reads a value; a key that holds another structure reads as null. */
    public static <T extends @Nullable Object> CompletableFuture<T> read(
            CompletableFuture<@Nullable Object> asked, Function<@Nullable Object, T> reading) {
        CompletableFuture<T> read = new CompletableFuture<>();
        asked.whenComplete((answer, failure) -> {
            if (failure != null) {
                read.completeExceptionally(failure);
            } else if (answer instanceof CommandError error && error != CommandError.WRONG_TYPE) {
                read.completeExceptionally(new StoreUnavailable(REFUSED));
            } else {
                complete(read, reading, answer instanceof CommandError ? null : answer);
            }
        });
        return read;
    }

    /** Goes on with a result; what it throws is the failure itself, not wrapped. */
    public static <T, U extends @Nullable Object> CompletableFuture<U> then(
            CompletableFuture<T> first, Function<T, U> next) {
        CompletableFuture<U> done = new CompletableFuture<>();
        first.whenComplete((result, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
            } else {
                complete(done, next, result);
            }
        });
        return done;
    }

    private static <T extends @Nullable Object, U extends @Nullable Object> void complete(
            CompletableFuture<U> stage, Function<T, U> conversion, T result) {
        try {
            stage.complete(conversion.apply(result));
        } catch (RuntimeException e) {
            stage.completeExceptionally(e);
        }
    }

    /** Completes when the command was carried out. */
    public static CompletableFuture<Void> done(CompletableFuture<@Nullable Object> asked) {
        return read(asked, CommandResults::nothing);
    }

    /** Whether a command that counts what it has changed has changed anything. */
    public static CompletableFuture<Boolean> some(CompletableFuture<@Nullable Object> asked) {
        return read(asked, answer -> answer instanceof Long changed && changed > 0);
    }

    /** Reads any answer as the only value of Void. */
    @SuppressWarnings("NullAway")
    public static Void nothing(@Nullable Object answer) {
        return null;
    }
}
