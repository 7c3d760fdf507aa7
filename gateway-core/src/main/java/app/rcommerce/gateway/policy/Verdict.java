package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Reply;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a policy decides about a call. */
public sealed interface Verdict extends Ask {

    /** The next policy decides. */
    Verdict PASS = new Pass();

    /** The next policy decides; after the last one the request is forwarded. */
    record Pass() implements Verdict {}

    /** The call ends with this reply. */
    record LocalReply(Reply reply) implements Verdict {}

    /**
     * The decision waits for a stage. The driver comes back to the call's event loop before it calls {@code then} or
     * {@code failed}; a stage that is complete already is settled in place.
     *
     * @param then what the stage's value means
     * @param failed what the stage's failure means
     * @param withdrawn to be run where the call has been refused by somebody else, so that nothing is decided any more:
     *     what was taken for it goes back
     */
    record Later<T extends @Nullable Object>(
            CompletionStage<T> stage,
            Function<T, Verdict> then,
            Function<Throwable, Verdict> failed,
            Runnable withdrawn)
            implements Verdict {

        /** Takes nothing. */
        public Later(CompletionStage<T> stage, Function<T, Verdict> then, Function<Throwable, Verdict> failed) {
            this(stage, then, failed, () -> {});
        }
    }
}
