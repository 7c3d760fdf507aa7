package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Reply;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Drives one call through the policies: until one answers, or all have passed. Confined to the call's event loop; where
 * a policy waits, the run comes back to that loop by the executor.
 */
public final class PolicyRun {

    /** Told the end of a run, exactly once, on the call's event loop. */
    public interface End {

        /**
         * The run has ended.
         *
         * @param answer what the caller is answered, or null where the request is to be forwarded
         * @param failure what a policy threw, or null; its answer is a 500
         */
        void ended(@Nullable Reply answer, @Nullable Throwable failure);
    }

    private final List<Policy> policies;
    private final Call call;
    private final Executor loop;
    private final End end;
    private int next;
    private @Nullable Throwable failure;

    /** A run of the policies over the call; nothing happens before {@link #start}. */
    public PolicyRun(List<Policy> policies, Call call, Executor loop, End end) {
        this.policies = policies;
        this.call = call;
        this.loop = loop;
        this.end = end;
    }

    /** Runs until a policy waits or the run ends; to be called once, on the call's event loop. */
    public void start() {
        proceed(Verdict.PASS);
    }

    private void proceed(Verdict first) {
        @Nullable Verdict verdict = first;
        while (verdict != null) {
            if (verdict instanceof Verdict.Answer answer) {
                end.ended(answer.reply(), failure);
                return;
            }
            if (verdict instanceof Verdict.Pass && next == policies.size()) {
                end.ended(null, null);
                return;
            }
            verdict = guarded(verdict);
        }
    }

    /** The verdict after this one, or null where the run waits; what a policy throws becomes the end of the call. */
    private @Nullable Verdict guarded(Verdict verdict) {
        try {
            return verdict instanceof Verdict.Later<?> later
                    ? settleOrWait(later)
                    : decided(policies.get(next++).decide(call));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return failed(e);
        }
    }

    private Verdict.Answer failed(Throwable failure) {
        this.failure = failure;
        return new Verdict.Answer(Denial.INTERNAL_ERROR.reply(call));
    }

    private <T extends @Nullable Object> @Nullable Verdict settleOrWait(Verdict.Later<T> later) {
        CompletableFuture<T> future = later.stage().toCompletableFuture();
        if (future.isDone()) {
            return settle(later, future);
        }
        future.whenComplete((value, failure) -> loop.execute(() -> resume(later, future)));
        return null;
    }

    private <T extends @Nullable Object> void resume(Verdict.Later<T> later, CompletableFuture<T> future) {
        Verdict verdict;
        try {
            verdict = settle(later, future);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            verdict = failed(e);
        }
        proceed(verdict);
    }

    /** What a stage that is complete means. */
    static <T extends @Nullable Object> Verdict settle(Verdict.Later<T> later) {
        return settle(later, later.stage().toCompletableFuture());
    }

    private static <T extends @Nullable Object> Verdict settle(Verdict.Later<T> later, CompletableFuture<T> future) {
        T value;
        try {
            value = future.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            return decided(later.failed().apply(cause == null ? e : cause));
        } catch (RuntimeException e) {
            return decided(later.failed().apply(e));
        }
        return decided(later.then().apply(value));
    }

    /** Where the compiler was not asked: a null would leave the call waiting for ever. */
    private static Verdict decided(Verdict verdict) {
        return Objects.requireNonNull(verdict, "a policy decides");
    }
}
