package app.rcommerce.gateway.limit.slot;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.time.HandClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A ledger in memory as several nodes write it, under a hand clock; its answers can be held back, or fail. */
final class SlotTable {

    private record Row(Identifier identifier, String bucket, String node) {}

    private record Held(int count, long untilMillis, long number) {}

    private final HandClock clock;
    private final Map<Row, Held> table = new HashMap<>();
    /** Questions that wait for {@link #answerAll}, where answers are held back. */
    final Deque<Runnable> pending = new ArrayDeque<>();

    final List<SlotLedger.SlotClaim> claims = new ArrayList<>();
    boolean holdingBack;

    @Nullable
    RuntimeException failure;

    SlotTable(HandClock clock) {
        this.clock = clock;
    }

    void answerAll() {
        while (!pending.isEmpty()) {
            pending.removeFirst().run();
        }
    }

    private synchronized int sum(Identifier identifier, String bucket, @Nullable String without) {
        table.values().removeIf(held -> held.untilMillis() <= clock.millis());
        return table.entrySet().stream()
                .filter(entry -> entry.getKey().identifier().equals(identifier)
                        && entry.getKey().bucket().equals(bucket)
                        && !entry.getKey().node().equals(without))
                .mapToInt(entry -> entry.getValue().count())
                .sum();
    }

    private synchronized int write(Row row, SlotLedger.SlotClaim claim, long lifeMillis) {
        int others = sum(row.identifier(), row.bucket(), row.node());
        Held own = table.get(row);
        if (own != null && claim.number() <= own.number()) {
            return own.count();
        }
        int granted = Math.min(claim.wanted(), Math.max(claim.used(), Math.max(0, claim.most() - others)));
        table.put(row, new Held(granted, clock.millis() + lifeMillis, claim.number()));
        return granted;
    }

    /** The table as a node of this name writes it. */
    SlotLedger of(String node, Duration life) {
        return new SlotLedger() {
            @Override
            public CompletionStage<Integer> hold(Identifier identifier, String bucket, SlotClaim claim) {
                synchronized (SlotTable.this) {
                    claims.add(claim);
                }
                if (failure != null) {
                    return CompletableFuture.failedFuture(failure);
                }
                CompletableFuture<Integer> answer = new CompletableFuture<>();
                Runnable write =
                        () -> answer.complete(write(new Row(identifier, bucket, node), claim, life.toMillis()));
                if (holdingBack) {
                    pending.add(write);
                } else {
                    write.run();
                }
                return answer;
            }

            @Override
            public CompletionStage<Integer> held(Identifier identifier, String bucket) {
                return CompletableFuture.completedFuture(sum(identifier, bucket, null));
            }

            @Override
            public long lifeMillis() {
                return life.toMillis();
            }
        };
    }
}
