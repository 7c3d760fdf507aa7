package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.http.Reply;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The run of one call through the policies, until one of them ends the call with a reply or all have passed. The
 * policies decide one after the other. While one waits, those behind it ask the store ahead of their turn; what they
 * then decide takes effect once all ahead of them have passed, and is withdrawn where one of those ends the call.
 * Confined to the call's event loop; after a policy has waited, the run continues on that loop by the executor.
 *
 * <p>Measured by {@code PolicyRunBenchmark}.
 */
public final class PolicyRun {

    /** A listener that is told the end of a run, exactly once, on the call's event loop. */
    public interface End {

        /**
         * The run has ended.
         *
         * @param answer the reply to the client, or null where the route's handler is to answer
         * @param failure what a policy threw, or null; its answer is a 500
         */
        void ended(@Nullable Reply answer, @Nullable Throwable failure);
    }

    private final PolicyOrder order;
    private final Call call;
    private final Executor loop;
    private final End end;
    /** How many policies have had their turn: the one that decides now is the last of them. */
    private int turns;
    /** How many policies have been asked, in their turn or ahead of it. */
    private int asked;
    /** The answer of the last policy that has been asked. */
    private Ask last = Ask.IN_TURN;
    /** The answers ahead of their turn, by the policies' indexes; null while no policy has waited. */
    private Ask @Nullable [] said;

    private @Nullable Throwable failure;

    /** A run that is not started yet. */
    public PolicyRun(PolicyOrder order, Call call, Executor loop, End end) {
        this.order = order;
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
            if (verdict instanceof Verdict.LocalReply answer) {
                end.ended(refused(answer).reply(), failure);
                return;
            }
            if (verdict instanceof Verdict.Pass && turns == order.size()) {
                end.ended(null, null);
                return;
            }
            verdict = guarded(verdict);
        }
    }

    /**
     * The verdict that follows this one, or null where the run waits. Where a policy throws, it is the reply with 500.
     */
    private @Nullable Verdict guarded(Verdict verdict) {
        try {
            return verdict instanceof Verdict.Later<?> later ? settleOrWait(later) : nextTurn();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return failed(e);
        }
    }

    private Verdict.LocalReply failed(Throwable failure) {
        this.failure = failure;
        return new Verdict.LocalReply(Denial.INTERNAL_ERROR.reply(call));
    }

    /** The verdict of the policy whose turn it is now. */
    private Verdict nextTurn() {
        int index = turns++;
        Policy policy = order.get(index);
        Ask word = said != null && index < asked ? said[index] : firstAsked(policy);
        if (word instanceof Verdict verdict) {
            return verdict;
        }
        return decided(word instanceof Ask.Asked question ? question.decision().get() : policy.decide(call));
    }

    /**
     * Asks a policy whose turn it is and that has not been asked ahead of it. Where no policy behind it could ask, it
     * is not asked but only decides.
     */
    private Ask firstAsked(Policy policy) {
        last = turns == order.size() ? Ask.WAIT : word(policy);
        asked = turns;
        return last;
    }

    /** Asks the policies behind the one that waits, up to one that the others depend on. */
    private void askAhead() {
        while (asked < order.size() && !(last instanceof Ask.Wait) && !(last instanceof Verdict.LocalReply)) {
            if (said == null) {
                said = new Ask[order.size()];
            }
            Ask word = word(order.get(asked));
            last = settled(word);
            said[asked++] = last instanceof Verdict.Pass && word instanceof Verdict.Later<?> later
                    ? Verdict.Later.passing(later.withdrawn())
                    : last;
        }
    }

    private Ask word(Policy policy) {
        return Objects.requireNonNull(policy.ask(call), "a policy says whether it waits");
    }

    /** Settles the verdict as far as that is possible without waiting. */
    private static Ask settled(Ask word) {
        Ask settled = word;
        while (settled instanceof Verdict.Later<?> later
                && later.stage().toCompletableFuture().isDone()) {
            settled = settle(later);
        }
        return settled;
    }

    /**
     * Withdraws what the policies behind the one that has ended the call have asked for, so that what they have taken
     * goes back.
     */
    private Verdict.LocalReply refused(Verdict.LocalReply answer) {
        try {
            for (int i = turns; said != null && i < asked; i++) {
                if (said[i] instanceof Verdict.Later<?> later) {
                    later.withdrawn().run();
                }
            }
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return failed(e);
        }
        return answer;
    }

    private <T extends @Nullable Object> @Nullable Verdict settleOrWait(Verdict.Later<T> later) {
        CompletableFuture<T> future = later.stage().toCompletableFuture();
        if (future.isDone()) {
            return settle(later);
        }
        askAhead();
        future.whenComplete((value, failure) -> loop.execute(() -> resume(later)));
        return null;
    }

    private <T extends @Nullable Object> void resume(Verdict.Later<T> later) {
        Verdict verdict;
        try {
            verdict = settle(later);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            verdict = failed(e);
        }
        proceed(verdict);
    }

    /** The verdict that follows from a complete stage. */
    private static <T extends @Nullable Object> Verdict settle(Verdict.Later<T> later) {
        T value;
        try {
            value = later.stage().toCompletableFuture().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            return decided(later.failed().apply(cause == null ? e : cause));
        } catch (RuntimeException e) {
            return decided(later.failed().apply(e));
        }
        return decided(later.then().apply(value));
    }

    /**
     * Checks that a policy's verdict is not null, which the compiler cannot do for a policy compiled without its null
     * checks. With a null the call would wait for ever.
     */
    private static Verdict decided(Verdict verdict) {
        return Objects.requireNonNull(verdict, "a policy decides");
    }
}
