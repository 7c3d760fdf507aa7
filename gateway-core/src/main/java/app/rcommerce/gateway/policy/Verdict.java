package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The decision of a policy about a call. */
public sealed interface Verdict extends Ask {

    /** The call passes; see {@link Pass}. */
    Verdict PASS = new Pass();

    /** The call passes: the next policy decides, and after the last one the route's handler answers. */
    record Pass() implements Verdict {}

    /** The call ends with this reply, which the gateway makes itself: an error, or a stored reply. */
    record LocalReply(Reply reply) implements Verdict {}

    /**
     * The decision waits for a stage. {@link PolicyRun} returns to the call's event loop before it calls {@code then}
     * or {@code failed}; a stage that is complete already is settled in place.
     *
     * @param then makes the verdict from the stage's value
     * @param failed makes the verdict from the stage's failure
     * @param withdrawn is run where another policy has ended the call, so that this decision is not needed any more: it
     *     gives back what was taken for it
     */
    record Later<T extends @Nullable Object>(
            CompletionStage<T> stage,
            Function<T, Verdict> then,
            Function<Throwable, Verdict> failed,
            Runnable withdrawn)
            implements Verdict {

        /** A decision for which nothing is taken, so that nothing has to be withdrawn. */
        public Later(CompletionStage<T> stage, Function<T, Verdict> then, Function<Throwable, Verdict> failed) {
            this(stage, then, failed, () -> {});
        }

        /**
         * The decision that the call passes, by a policy that has taken what it takes ahead of its turn: where the call
         * ends before, {@code withdrawn} gives it back.
         */
        public static Later<Boolean> passing(Runnable withdrawn) {
            return new Later<>(CompletableFuture.completedFuture(true), done -> PASS, failure -> PASS, withdrawn);
        }
    }
}
