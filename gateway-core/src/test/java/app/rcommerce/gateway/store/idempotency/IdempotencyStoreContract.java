package app.rcommerce.gateway.store.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.idempotency.Claim;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.idempotency.IdempotencyStore.Begun;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link IdempotencyStore} must do; nothing stands under any key at first. */
public abstract class IdempotencyStoreContract {

    /** The store. */
    protected abstract IdempotencyStore store();

    /** Its time. */
    protected abstract Passage time();

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(400);

    protected static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    protected static Claim claim(String key, String request, String holder) {
        return new Claim(key, request, holder);
    }

    protected static Reply paid(String body) {
        return new Reply(
                201,
                List.of(
                        new Field("Content-Type", "text/plain; charset=utf-8"),
                        new Field("Set-Cookie", "a=1"),
                        new Field("Set-Cookie", "b=\u00e9")),
                body.getBytes(StandardCharsets.UTF_8));
    }

    protected static void assertAnswered(Begun begun, Reply with) {
        assertThat(begun).isInstanceOf(Begun.Answered.class);
        Reply answer = ((Begun.Answered) begun).answer();
        assertThat(answer.status()).isEqualTo(with.status());
        assertThat(answer.fields()).isEqualTo(with.fields());
        assertThat(answer.body()).isEqualTo(with.body());
    }

    private Begun begin(Claim claim) {
        return now(store().begin(claim, LONG));
    }

    @Test
    void theFirstBeginsAndARepeatFindsItUnderWay() {
        assertThat(begin(claim("k", "r", "1"))).isEqualTo(new Begun.First());
        assertThat(begin(claim("k", "r", "2"))).isEqualTo(new Begun.InProgress());
        assertThat(begin(claim("k", "r", "3"))).isEqualTo(new Begun.InProgress());
    }

    @Test
    void aCommandThatIsSentTwiceFindsItsOwnMark() {
        begin(claim("k", "r", "1"));

        assertThat(begin(claim("k", "r", "1"))).isEqualTo(new Begun.First());
    }

    @Test
    void keysAreApart() {
        begin(claim("k", "r", "1"));

        assertThat(begin(claim("l", "r", "2"))).isEqualTo(new Begun.First());
    }

    @Test
    void anotherRequestIsKnownWhileTheFirstIsUnderWayAndAfterwards() {
        Claim first = claim("k", "r", "1");
        begin(first);
        assertThat(begin(claim("k", "s", "2"))).isEqualTo(new Begun.OtherRequest());

        now(store().finish(first, paid("yes"), LONG));
        assertThat(begin(claim("k", "s", "2"))).isEqualTo(new Begun.OtherRequest());
    }

    @Test
    void theAnswerIsWhatItWas() {
        Claim first = claim("k", "r", "1");
        begin(first);

        assertThat(now(store().finish(first, paid("paid \u20ac 5"), LONG))).isTrue();

        assertAnswered(begin(claim("k", "r", "2")), paid("paid \u20ac 5"));
        assertAnswered(begin(claim("k", "r", "3")), paid("paid \u20ac 5"));
    }

    @Test
    void everyByteOfAnAnswerIsKept() {
        byte[] bytes = new byte[70_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Claim first = claim("k", "r", "1");
        begin(first);
        now(store().finish(first, new Reply(200, List.of(), bytes), LONG));

        assertAnswered(begin(claim("k", "r", "2")), new Reply(200, List.of(), bytes));
    }

    @Test
    void anEmptyAnswerIsOne() {
        Claim first = claim("k", "r", "1");
        begin(first);
        now(store().finish(first, new Reply(204, List.of(), new byte[0]), LONG));

        assertAnswered(begin(claim("k", "r", "2")), new Reply(204, List.of(), new byte[0]));
    }

    @Test
    void aReleasedKeyIsFree() {
        Claim first = claim("k", "r", "1");
        begin(first);

        assertThat(now(store().release(first))).isTrue();
        assertThat(now(store().release(first))).isFalse();

        assertThat(begin(claim("k", "s", "2"))).isEqualTo(new Begun.First());
    }

    @Test
    void nobodyEndsWhatAnotherHasBegun() {
        begin(claim("k", "r", "1"));
        Claim other = claim("k", "r", "2");

        assertThat(now(store().release(other))).isFalse();
        assertThat(now(store().finish(other, paid("twice"), LONG))).isFalse();

        assertThat(begin(claim("k", "r", "3"))).isEqualTo(new Begun.InProgress());
    }

    @Test
    void anAnswerIsNotReleased() {
        Claim first = claim("k", "r", "1");
        begin(first);
        now(store().finish(first, paid("yes"), LONG));

        assertThat(now(store().release(first))).isFalse();

        assertAnswered(begin(claim("k", "r", "2")), paid("yes"));
    }

    @Test
    void aMarkEndsByItself() {
        now(store().begin(claim("k", "r", "1"), SHORT));

        time().within(SHORT, () -> assertThat(begin(claim("k", "s", "2"))).isEqualTo(new Begun.First()));
    }

    @Test
    void anAnswerThatComesAfterTheMarkHasEndedIsKept() {
        Claim first = claim("k", "r", "1");
        now(store().begin(first, SHORT));
        time().idle(SHORT.multipliedBy(2));

        assertThat(now(store().finish(first, paid("late"), LONG))).isTrue();

        assertAnswered(begin(claim("k", "r", "2")), paid("late"));
    }

    @Test
    void anAnswerThatComesAfterAnotherHasBegunIsNotKept() {
        Claim first = claim("k", "r", "1");
        now(store().begin(first, SHORT));
        time().idle(SHORT.multipliedBy(2));
        begin(claim("k", "r", "2"));

        assertThat(now(store().finish(first, paid("late"), LONG))).isFalse();

        assertThat(begin(claim("k", "r", "3"))).isEqualTo(new Begun.InProgress());
    }

    @Test
    void anAnswerIsForgottenInTheEnd() {
        Claim first = claim("k", "r", "1");
        begin(first);
        now(store().finish(first, paid("yes"), SHORT));

        time().within(SHORT, () -> assertThat(begin(claim("k", "r", "2"))).isEqualTo(new Begun.First()));
    }

    @Test
    void ofManyAtOnceOneIsTheFirst() {
        List<CompletionStage<Begun>> asked = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            asked.add(store().begin(claim("k", "r", Integer.toString(i)), LONG));
        }

        Set<Begun> answers = new HashSet<>();
        int firsts = 0;
        for (CompletionStage<Begun> each : asked) {
            Begun begun = now(each);
            answers.add(begun);
            firsts += begun instanceof Begun.First ? 1 : 0;
        }
        assertThat(firsts).isEqualTo(1);
        assertThat(answers).containsExactlyInAnyOrder(new Begun.First(), new Begun.InProgress());
    }
}
