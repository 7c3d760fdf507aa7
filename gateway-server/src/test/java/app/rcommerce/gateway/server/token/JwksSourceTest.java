package app.rcommerce.gateway.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.time.HandClock;
import app.rcommerce.gateway.token.KeySet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JwksSourceTest {

    private static final KeySet SECRET =
            KeySet.ofSecret("a development secret of at least 32 characters".getBytes(StandardCharsets.UTF_8));

    /** Remembers what is to run instead of running it. */
    private static final class HandTimer implements Timer {
        Duration delay = Duration.ZERO;
        Runnable task = () -> {};
        boolean closed;

        @Override
        public void set(Duration after, Runnable next) {
            delay = after;
            task = next;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final HandClock clock = new HandClock();
    private final HandTimer timer = new HandTimer();
    private final Deque<CompletableFuture<FetchedKeys>> fetches = new ArrayDeque<>();
    private final AtomicInteger released = new AtomicInteger();
    private final JwksSource source =
            new JwksSource(new JwksSource.Origin("test", this::fetch, released::incrementAndGet), timer, clock);

    private CompletableFuture<FetchedKeys> fetch() {
        CompletableFuture<FetchedKeys> fetch = new CompletableFuture<>();
        fetches.add(fetch);
        return fetch;
    }

    private static FetchedKeys set(int keys) {
        StringBuilder json = new StringBuilder("{\"keys\":[");
        for (int i = 0; i < keys; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k")
                    .append(i)
                    .append("\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
        }
        return new FetchedKeys(KeySet.ofJwks(json + "]}"), Duration.ofMinutes(10));
    }

    @Test
    void fetchedKeysStandBesideTheConfiguredOnes() {
        source.start();
        JoinedKeys keys = new JoinedKeys(SECRET, "http://issuer", source);
        assertThat(keys.current().size()).isEqualTo(1);
        fetches.remove().complete(set(2));
        assertThat(keys.current().size()).isEqualTo(3);
        assertThat(keys.current().serves("HS256")).isTrue();
        assertThat(keys.current().serves("EdDSA")).isTrue();
        assertThat(keys.current()).as("verdicts are remembered by the set").isSameAs(keys.current());
    }

    @Test
    void aFetchThatCannotEvenBeginIsTriedAgain() {
        JwksSource unlucky = new JwksSource(
                new JwksSource.Origin(
                        "test",
                        () -> {
                            throw new OutOfMemoryError("unable to create native thread");
                        },
                        released::incrementAndGet),
                timer,
                clock);
        unlucky.start();
        assertThat(timer.delay).isEqualTo(Duration.ofSeconds(1));
        assertThat(unlucky.refresh().toCompletableFuture()).isCompleted();
    }

    @Test
    void whatAnIssuerSaysIsLoggedInOneShortLine() {
        String said = "Invalid status line: \"HTTP/1.1 2x0 \u001b[31m\r\u2028forged" + "x".repeat(300_000);

        String shown = JwksSource.reason(new CompletionException(new IOException(said)));

        assertThat(shown)
                .startsWith("IOException: Invalid status line: \"HTTP/1.1 2x0 ?[31m??forged")
                .hasSizeLessThan(400);
    }

    @Test
    void keysAreFetchedAgainWhenTheirLifeEnds() {
        source.start();
        fetches.remove().complete(set(1));
        assertThat(timer.delay).isEqualTo(Duration.ofMinutes(10));
        timer.task.run();
        fetches.remove().complete(set(3));
        assertThat(source.current().size()).isEqualTo(3);
    }

    @Test
    void anUnknownKeyCausesAFetchAtMostOnceInThirtySeconds() {
        source.start();
        fetches.remove().complete(set(1));
        CompletableFuture<KeySet> first = source.refresh().toCompletableFuture();
        assertThat(first).isNotDone();
        fetches.remove().complete(set(2));
        assertThat(first.join().size()).isEqualTo(2);
        clock.advance(Duration.ofMillis(29_999));
        assertThat(source.refresh().toCompletableFuture()).isCompleted();
        assertThat(fetches).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(source.refresh().toCompletableFuture()).isNotDone();
        assertThat(fetches).hasSize(1);
    }

    @Test
    void callersWaitForTheOneFetchThatIsUnderWay() {
        source.start();
        CompletableFuture<KeySet> one = source.refresh().toCompletableFuture();
        CompletableFuture<KeySet> other = source.refresh().toCompletableFuture();
        assertThat(fetches).hasSize(1);
        fetches.remove().complete(set(1));
        assertThat(one.join().size()).isEqualTo(1);
        assertThat(other.join().size()).isEqualTo(1);
        // Joining has cost nothing of the budget.
        assertThat(source.refresh().toCompletableFuture()).isNotDone();
    }

    @Test
    void aFailedFetchKeepsTheKeysAndIsTriedMoreAndMoreSlowly() {
        source.start();
        fetches.remove().complete(set(2));
        timer.task.run();
        long expected = 1;
        for (int i = 0; i < 12; i++) {
            fetches.remove().completeExceptionally(new IOException("refused"));
            assertThat(source.current().size()).isEqualTo(2);
            assertThat(timer.delay).isEqualTo(Duration.ofSeconds(Math.min(300, expected)));
            expected *= 2;
            timer.task.run();
        }
        fetches.remove().complete(set(1));
        assertThat(source.current().size()).isEqualTo(1);
        assertThat(timer.delay).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aRefreshThatFailsAnswersWithTheKeysAtHand() {
        source.start();
        fetches.remove().complete(set(2));
        CompletableFuture<KeySet> refreshed = source.refresh().toCompletableFuture();
        fetches.remove().completeExceptionally(new IOException("refused"));
        assertThat(refreshed.join().size()).isEqualTo(2);
    }

    @Test
    void anIssuerThatWithdrawsItsKeysIsBelieved() {
        source.start();
        fetches.remove().complete(set(2));
        timer.task.run();
        fetches.remove().complete(set(0));
        assertThat(source.current().size()).isEqualTo(0);
    }

    @Test
    void aClosedSourceFetchesNoMore() {
        source.start();
        fetches.remove().complete(set(1));
        source.close();
        timer.task.run();
        assertThat(source.refresh().toCompletableFuture().join().size()).isEqualTo(1);
        assertThat(fetches).isEmpty();
        assertThat(timer.closed).isTrue();
        assertThat(released).hasValue(1);
    }
}
