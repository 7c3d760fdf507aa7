package app.rcommerce.gateway.store.near;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import org.jspecify.annotations.Nullable;

/** The disjunction of two look-ups: one that finds something decides, whatever the result of the other is. */
final class AnyOf {

    private AnyOf() {}

    /**
     * What the first of the two finds; null when neither finds anything. Fails only where neither has found anything
     * and one has failed.
     */
    static <T> CompletableFuture<@Nullable T> of(
            CompletableFuture<@Nullable T> one, CompletableFuture<@Nullable T> other) {
        if (one.state() == State.SUCCESS && other.state() == State.SUCCESS) {
            return one.resultNow() != null ? one : other;
        }
        CompletableFuture<@Nullable T> any = new CompletableFuture<>();
        one.whenComplete((found, failure) -> judge(one, other, any));
        other.whenComplete((found, failure) -> judge(one, other, any));
        return any;
    }

    private static <T> void judge(
            CompletableFuture<@Nullable T> one,
            CompletableFuture<@Nullable T> other,
            CompletableFuture<@Nullable T> any) {
        T first = found(one);
        T found = first != null ? first : found(other);
        if (found != null) {
            any.complete(found);
        } else if (one.isDone() && other.isDone()) {
            if (one.isCompletedExceptionally()) {
                any.completeExceptionally(one.exceptionNow());
            } else if (other.isCompletedExceptionally()) {
                any.completeExceptionally(other.exceptionNow());
            } else {
                any.complete(null);
            }
        }
    }

    private static <T> @Nullable T found(CompletableFuture<@Nullable T> answer) {
        return answer.state() == State.SUCCESS ? answer.resultNow() : null;
    }
}
