package app.rcommerce.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicyRunTest {

    private static final Reply TEAPOT = new Reply(418, List.of(), new byte[0]);
    private static final Verdict ANSWER = new Verdict.LocalReply(TEAPOT);

    private final List<String> ended = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    /** What waits to be run on the call's event loop. */
    private final Queue<Runnable> loop = new ArrayDeque<>();

    private @Nullable Throwable thrown;

    private void run(Policy... policies) {
        Request request = new Request() {
            @Override
            public String method() {
                return "GET";
            }

            @Override
            public Target target() {
                return new Target("/", null);
            }

            @Override
            public String host() {
                return "";
            }

            @Override
            public String authority() {
                return host();
            }

            @Override
            public Headers headers() {
                return new FieldList(List.of());
            }
        };
        List<Policy> all = new ArrayList<>(Arrays.asList(policies));
        all.add(call -> {
            asked.add("last");
            return Verdict.PASS;
        });
        new PolicyRun(PolicyOrder.of(all), new Call(request, "req_1", new byte[4]), loop::add, (answer, failure) -> {
                    ended.add(answer == null ? "passed" : Integer.toString(answer.status()));
                    thrown = failure;
                })
                .start();
    }

    private void turn() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private static <T> Policy later(CompletionStage<T> stage, Verdict then, Verdict failed) {
        return call -> new Verdict.Later<>(stage, value -> then, failure -> failed);
    }

    private void endedWith(String what) {
        turn();
        assertThat(ended).containsExactly(what);
    }

    @Test
    void whereAllPassTheRequestIsForwarded() {
        run(call -> Verdict.PASS, call -> Verdict.PASS);
        endedWith("passed");
        assertThat(asked).containsExactly("last");
    }

    @Test
    void theFirstAnswerEndsTheRun() {
        run(call -> ANSWER);
        endedWith("418");
        assertThat(asked).isEmpty();
        assertThat(thrown).isNull();
    }

    @Test
    void aPolicyThatThrowsAnswers500AndNeverPasses() {
        for (Throwable failure :
                List.of(new IllegalStateException("x"), new NoSuchMethodError("x"), new StackOverflowError())) {
            ended.clear();
            run(call -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            });
            endedWith("500");
            assertThat(thrown).isSameAs(failure);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway")
    void aPolicyThatDecidesNothingAnswers500() {
        run(call -> null);
        endedWith("500");
        ended.clear();
        run(later(CompletableFuture.completedFuture(1), null, null));
        endedWith("500");
        ended.clear();
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        run(later(stage, null, null));
        stage.complete(1);
        endedWith("500");
    }

    @Test
    void aCompleteStageIsSettledInPlace() {
        run(later(CompletableFuture.completedFuture(1), Verdict.PASS, ANSWER));
        assertThat(loop).isEmpty();
        assertThat(ended).containsExactly("passed");
    }

    @Test
    void aPendingStageIsSettledOnTheCallsLoop() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        run(later(stage, Verdict.PASS, ANSWER));
        assertThat(ended).isEmpty();
        stage.complete(1);
        assertThat(ended).as("not on the thread that completes the stage").isEmpty();
        endedWith("passed");
        assertThat(asked).containsExactly("last");
    }

    @Test
    void aStageThatFailsMeansWhatThePolicySays() {
        run(later(CompletableFuture.failedFuture(new IllegalStateException()), Verdict.PASS, ANSWER));
        endedWith("418");
        ended.clear();
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        run(later(stage, ANSWER, Verdict.PASS));
        stage.completeExceptionally(new IllegalStateException());
        endedWith("passed");
        ended.clear();
        CompletableFuture<Integer> cancelled = new CompletableFuture<>();
        run(later(cancelled, Verdict.PASS, ANSWER));
        cancelled.cancel(true);
        endedWith("418");
    }

    @Test
    void aPolicySeesTheFailureItselfNotItsWrapping() {
        List<Throwable> seen = new ArrayList<>();
        IllegalStateException cause = new IllegalStateException();
        CompletionStage<Integer> wrapped =
                CompletableFuture.<Integer>failedFuture(cause).thenApply(x -> x);
        assertThat(wrapped.toCompletableFuture().handle((x, e) -> e).join()).isInstanceOf(CompletionException.class);
        run(call -> new Verdict.Later<>(wrapped, value -> ANSWER, failure -> {
            seen.add(failure);
            return Verdict.PASS;
        }));
        endedWith("passed");
        assertThat(seen).containsExactly(cause);
    }

    @Test
    void whatThrowsAfterWaitingAnswers500() {
        for (boolean failing : List.of(true, false)) {
            for (boolean pending : List.of(true, false)) {
                ended.clear();
                CompletableFuture<Integer> stage = new CompletableFuture<>();
                Runnable complete = () -> {
                    if (failing) {
                        stage.completeExceptionally(new IllegalStateException());
                    } else {
                        stage.complete(1);
                    }
                };
                if (!pending) {
                    complete.run();
                }
                run(call -> new Verdict.Later<>(stage, PolicyRunTest::broken, PolicyRunTest::broken));
                if (pending) {
                    complete.run();
                }
                endedWith("500");
                assertThat(thrown).hasMessage("broken");
            }
        }
        assertThat(asked).isEmpty();
    }

    private static Verdict broken(Object value) {
        throw new IllegalArgumentException("broken");
    }

    @Test
    void oneWaitMayFollowAnother() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> second = new CompletableFuture<>();
        Verdict nested = new Verdict.Later<>(second, value -> ANSWER, failure -> Verdict.PASS);
        run(later(first, nested, ANSWER));
        first.complete(1);
        turn();
        assertThat(ended).isEmpty();
        second.complete(2);
        endedWith("418");
    }

    @Test
    void manyPoliciesNeedNoDeepStack() {
        Policy[] many = new Policy[100_000];
        Arrays.fill(many, later(CompletableFuture.completedFuture(1), Verdict.PASS, ANSWER));
        run(many);
        endedWith("passed");
    }
}
