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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TogetherTest {

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
        new PolicyRun(
                        List.of(new Together(List.of(policies)), call -> {
                            asked.add("next");
                            return Verdict.PASS;
                        }),
                        new Call(new Bare(), "req_1", new byte[4]),
                        Runnable::run,
                        (answer, failure) -> {
                            ended.add(answer == null ? "passed" : Integer.toString(answer.status()));
                            thrown = failure;
                        })
                .start();
    }

    private static Verdict answer(int status) {
        return status == 0 ? Verdict.PASS : new Verdict.Answer(new Reply(status, List.of(), new byte[0]));
    }

    /** A policy that waits, and then answers with the stage's number; 0 passes, and so does a failure. */
    private Policy waits(String name, CompletionStage<Integer> stage) {
        return call -> {
            asked.add(name);
            return new Verdict.Later<>(stage, TogetherTest::answer, failure -> answer(503));
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
                        found -> new Verdict.Later<>(more, TogetherTest::answer, failure -> answer(503)),
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
}
