package app.rcommerce.gateway.store.near;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;

/** The disjunction of two look-ups: one positive answer decides, whatever the result of the other is. */
final class AnyOf {

    private AnyOf() {}

    /** True as soon as either is, false when neither is; fails only where no answer is positive and one has failed. */
    static CompletableFuture<Boolean> of(CompletableFuture<Boolean> one, CompletableFuture<Boolean> other) {
        if (one.state() == State.SUCCESS && other.state() == State.SUCCESS) {
            return one.resultNow() ? one : other;
        }
        CompletableFuture<Boolean> any = new CompletableFuture<>();
        one.whenComplete((yes, failure) -> judge(one, other, any));
        other.whenComplete((yes, failure) -> judge(one, other, any));
        return any;
    }

    private static void judge(
            CompletableFuture<Boolean> one, CompletableFuture<Boolean> other, CompletableFuture<Boolean> any) {
        if (isTrue(one) || isTrue(other)) {
            any.complete(true);
        } else if (one.isDone() && other.isDone()) {
            if (one.isCompletedExceptionally()) {
                any.completeExceptionally(one.exceptionNow());
            } else if (other.isCompletedExceptionally()) {
                any.completeExceptionally(other.exceptionNow());
            } else {
                any.complete(false);
            }
        }
    }

    private static boolean isTrue(CompletableFuture<Boolean> answer) {
        return answer.state() == State.SUCCESS && answer.resultNow();
    }
}
