package app.rcommerce.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** All policies ask before any is answered, and they decide in their order. */
class AskAheadTest {

    private record Bare() implements Request {
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
            return "";
        }

        @Override
        public Headers headers() {
            return new FieldList(List.of());
        }
    }

    private final List<String> ended = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final CompletableFuture<Integer> first = new CompletableFuture<>();
    private final CompletableFuture<Integer> second = new CompletableFuture<>();
    private @Nullable Throwable thrown;

    private void run(Policy... policies) {
        runAll(Stream.of(policies).map(AskAheadTest::asking).toList());
    }

    /** The policies, and behind them one that asks nothing. */
    private void runAll(List<Policy> policies) {
        List<Policy> all = new ArrayList<>(policies);
        all.add(decides("next", 0));
        new PolicyRun(
                        PolicyOrder.of(all),
                        new Call(new Bare(), "req_1", new byte[4]),
                        Runnable::run,
                        (answer, failure) -> {
                            ended.add(answer == null ? "passed" : Integer.toString(answer.status()));
                            thrown = failure;
                        })
                .start();
    }

    /** The policy as one that may decide ahead of its turn. */
    private static Policy asking(Policy policy) {
        return new Policy() {
            @Override
            public Ask ask(Call call) {
                return policy.decide(call);
            }

            @Override
            public Verdict decide(Call call) {
                return policy.decide(call);
            }
        };
    }

    private static Verdict answer(int status) {
        return status == 0 ? Verdict.PASS : new Verdict.LocalReply(new Reply(status, List.of(), new byte[0]));
    }

    /** A policy that waits, and then answers with the stage's number; 0 passes, and so does a failure. */
    private Policy waits(String name, CompletionStage<Integer> stage) {
        return call -> {
            asked.add(name);
            return new Verdict.Later<>(stage, AskAheadTest::answer, failure -> answer(503));
        };
    }

    /** A policy that takes something when it asks, which goes back where the call is refused by somebody else. */
    private Policy takes(String name, CompletionStage<Integer> stage) {
        return asking(call -> {
            asked.add(name);
            return new Verdict.Later<>(
                    stage, AskAheadTest::answer, failure -> answer(503), () -> asked.add(name + " withdrawn"));
        });
    }

    /** A policy that says this ahead of its turn, and passes in it. */
    private Policy says(String name, Ask word) {
        return new Policy() {
            @Override
            public Ask ask(Call call) {
                return word;
            }

            @Override
            public Verdict decide(Call call) {
                asked.add(name);
                return Verdict.PASS;
            }
        };
    }

    private Policy decides(String name, int status) {
        return call -> {
            asked.add(name);
            return answer(status);
        };
    }

    @Test
    void allAskBeforeAnyIsAnswered() {
        run(waits("first", first), decides("between", 0), waits("second", second));
        assertThat(asked).containsExactly("first", "between", "second");
        second.complete(0);
        assertThat(ended).isEmpty();
        first.complete(0);
        assertThat(asked).endsWith("next");
        assertThat(ended).containsExactly("passed");
    }

    @Test
    void theFirstThatRefusesDoesSoWhicheverIsAnsweredFirst() {
        run(waits("first", first), waits("second", second));
        second.complete(429);
        assertThat(ended).isEmpty();
        first.complete(403);
        assertThat(ended).containsExactly("403");
    }

    @Test
    void aRefusalDoesNotWaitForThoseBehindIt() {
        run(waits("first", first), waits("second", second));
        first.complete(403);
        assertThat(ended).containsExactly("403");
        second.complete(0);
        assertThat(ended).hasSize(1);
        assertThat(asked).doesNotContain("next");
    }

    @Test
    void whatIsDecidedAtOnceCountsOnlyAfterThoseBeforeIt() {
        run(waits("first", first), decides("route", 404), waits("second", second));
        assertThat(asked).as("nothing is asked behind a refusal").containsExactly("first", "route");
        assertThat(ended).isEmpty();
        first.complete(0);
        assertThat(ended).containsExactly("404");
    }

    @Test
    void anAnswerThatIsThereAlreadyIsTakenAtOnce() {
        first.complete(403);
        run(waits("first", first), waits("second", second));
        assertThat(asked).containsExactly("first");
        assertThat(ended).containsExactly("403");
    }

    @Test
    void aFailureMeansWhatItsPolicySays() {
        run(waits("first", first), waits("second", second));
        second.complete(0);
        first.completeExceptionally(new IllegalStateException("away"));
        assertThat(ended).containsExactly("503");
        assertThat(thrown).isNull();
    }

    @Test
    void aPolicyMayWaitAgain() {
        CompletableFuture<Integer> more = new CompletableFuture<>();
        run(
                call -> new Verdict.Later<>(
                        first,
                        found -> new Verdict.Later<>(more, AskAheadTest::answer, failure -> answer(503)),
                        failure -> answer(503)),
                waits("second", second));
        first.complete(1);
        second.complete(429);
        assertThat(ended).isEmpty();
        more.complete(0);
        assertThat(ended).containsExactly("429");
    }

    @Test
    void aPolicyThatThrowsNeverPasses() {
        run(waits("first", first), call -> {
            throw new IllegalStateException("defect");
        });
        assertThat(ended).containsExactly("500");
        first.complete(0);
        assertThat(ended).hasSize(1);
        assertThat(thrown).hasMessage("defect");
    }

    @Test
    void whatWasAskedForNothingIsWithdrawn() {
        runAll(List.of(takes("first", first), takes("second", second), takes("third", second)));
        first.complete(403);
        assertThat(ended).containsExactly("403");
        assertThat(asked).containsExactly("first", "second", "third", "second withdrawn", "third withdrawn");
    }

    /** A permit that this node holds is taken without waiting. */
    @Test
    void whatWasTakenAtOnceIsWithdrawnToo() {
        second.complete(0);
        runAll(List.of(takes("first", first), takes("second", second)));
        first.complete(403);
        assertThat(ended).containsExactly("403");
        assertThat(asked).containsExactly("first", "second", "second withdrawn");
    }

    @Test
    void whatWasTakenAtOnceIsNotWithdrawnWhereItHasHadItsTurn() {
        second.complete(0);
        runAll(List.of(takes("first", first), takes("second", second), asking(decides("third", 404))));
        first.complete(0);
        assertThat(ended).containsExactly("404");
        assertThat(asked).containsExactly("first", "second", "third");
    }

    @Test
    void whatWasRefusedAtOnceTookNothing() {
        second.complete(429);
        runAll(List.of(takes("first", first), takes("second", second)));
        first.complete(403);
        assertThat(ended).containsExactly("403");
        assertThat(asked).containsExactly("first", "second");
    }

    @Test
    void whatThoseThatHavePassedTookIsNotWithdrawn() {
        runAll(List.of(takes("first", first), takes("second", second), asking(decides("third", 404))));
        first.complete(0);
        second.complete(0);
        assertThat(ended).containsExactly("404");
        assertThat(asked).containsExactly("first", "second", "third");
    }

    @Test
    void aDefectWithdrawsToo() {
        Policy defect = asking(call -> new Verdict.Later<Integer>(
                first,
                value -> {
                    throw new IllegalStateException("defect");
                },
                failure -> answer(503)));
        runAll(List.of(defect, takes("second", second)));
        first.complete(0);
        assertThat(ended).containsExactly("500");
        assertThat(asked).containsExactly("second", "second withdrawn");
    }

    @Test
    void aDefectInTakingBackEndsTheCallOnce() {
        Policy defect =
                asking(call -> new Verdict.Later<Integer>(second, AskAheadTest::answer, failure -> answer(503), () -> {
                    throw new IllegalStateException("defect");
                }));
        runAll(List.of(takes("first", first), defect));
        first.complete(403);
        assertThat(ended).containsExactly("500");
        assertThat(thrown).hasMessage("defect");
    }

    @Test
    void nobodyAsksBehindOneThatTheOthersDependOn() {
        CompletableFuture<Integer> third = new CompletableFuture<>();
        runAll(List.of(takes("first", first), waits("second", second), takes("third", third)));
        assertThat(asked).containsExactly("first");
        first.complete(0);
        assertThat(asked).as("not while it waits itself").containsExactly("first", "second");
        second.complete(0);
        assertThat(asked).containsExactly("first", "second", "third");
        third.complete(0);
        assertThat(ended).containsExactly("passed");
    }

    @Test
    void thoseBehindOneThatDecidesInItsTurnAskAheadOfIt() {
        runAll(List.of(takes("first", first), says("between", Ask.IN_TURN), takes("second", second)));
        assertThat(asked).containsExactly("first", "second");
        first.complete(0);
        assertThat(asked).containsExactly("first", "second", "between");
        second.complete(0);
        assertThat(ended).containsExactly("passed");
    }

    @Test
    void anAnswerMayWaitForTheTurn() {
        Policy question = says("never", new Ask.Asked(() -> {
            asked.add("decided");
            return answer(304);
        }));
        runAll(List.of(takes("first", first), question, takes("second", second)));
        assertThat(asked).containsExactly("first", "second");
        first.complete(0);
        assertThat(asked).containsExactly("first", "second", "decided", "second withdrawn");
        assertThat(ended).containsExactly("304");
    }

    @Test
    void theLastOneIsNotAsked() {
        new PolicyRun(
                        PolicyOrder.of(List.of(says("alone", answer(404)))),
                        new Call(new Bare(), "req_1", new byte[4]),
                        Runnable::run,
                        (answer, failure) -> ended.add(answer == null ? "passed" : Integer.toString(answer.status())))
                .start();
        assertThat(asked).containsExactly("alone");
        assertThat(ended).containsExactly("passed");
    }

    @Test
    @SuppressWarnings("NullAway")
    void aPolicyThatSaysNothingNeverPasses() {
        runAll(List.of(takes("first", first), says("nothing", null)));
        assertThat(ended).containsExactly("500");
        first.complete(0);
        assertThat(ended).hasSize(1);
        assertThat(asked).doesNotContain("next");
    }
}
