package app.rcommerce.gateway.server.redis.topic.replay;

import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.topic.Replay;
import app.rcommerce.gateway.topic.Position;
import app.rcommerce.gateway.topic.TopicFeed;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The replays that are read for clients that come back, of which thousands may do so at once: a few at a time, so that
 * Redis has time for others. Those that wait for the same share one answer, which is asked for after all of them have
 * come; one that is on its way already may be older than whoever comes now. Safe for any thread.
 */
public final class Replays {

    /** What is wanted. */
    public record Wanted(TopicFeed feed, @Nullable Position since, int most) {}

    private record Waiting(CompletableFuture<Replay> answer, Supplier<CompletionStage<Replay>> read) {}

    private final int most;
    private final int mostWaiting;
    private final Map<Wanted, Waiting> waiting = new LinkedHashMap<>();
    private int reading;

    /**
     * None so far.
     *
     * @param most how many are read at the same time
     * @param mostWaiting how many different ones wait; beyond that they fail
     */
    public Replays(int most, int mostWaiting) {
        this.most = most;
        this.mostWaiting = mostWaiting;
    }

    /** What is wanted, read at once or when there is room for it. */
    public CompletionStage<Replay> ask(Wanted wanted, Supplier<CompletionStage<Replay>> read) {
        CompletableFuture<Replay> answer = new CompletableFuture<>();
        synchronized (this) {
            if (reading == most) {
                Waiting same = waiting.get(wanted);
                if (same != null) {
                    return same.answer();
                }
                if (waiting.size() == mostWaiting) {
                    return CompletableFuture.failedFuture(new StoreUnavailable("too many replays are wanted"));
                }
                waiting.put(wanted, new Waiting(answer, read));
                return answer;
            }
            reading++;
        }
        read(new Waiting(answer, read));
        return answer;
    }

    /** Reads it, and those that wait after it for as long as the answers come at once: no stack grows with them. */
    private void read(Waiting first) {
        Waiting one = first;
        while (one != null) {
            Waiting asked = one;
            CompletableFuture<Replay> replay = replay(asked);
            if (!replay.isDone()) {
                replay.whenComplete((read, failure) -> {
                    Waiting next = next();
                    tell(asked, read, failure);
                    if (next != null) {
                        read(next);
                    }
                });
                return;
            }
            replay.whenComplete((read, failure) -> tell(asked, read, failure));
            one = next();
        }
    }

    private static CompletableFuture<Replay> replay(Waiting one) {
        try {
            return one.read().get().toCompletableFuture();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static void tell(Waiting one, @Nullable Replay replay, @Nullable Throwable failure) {
        if (failure != null) {
            one.answer().completeExceptionally(failure);
        } else {
            one.answer().complete(replay);
        }
    }

    private synchronized @Nullable Waiting next() {
        Iterator<Waiting> oldest = waiting.values().iterator();
        if (!oldest.hasNext()) {
            reading--;
            return null;
        }
        Waiting next = oldest.next();
        oldest.remove();
        return next;
    }
}
