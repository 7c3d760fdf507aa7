package app.rcommerce.gateway.server.refusals;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.log.AccessLine;
import app.rcommerce.gateway.store.node.NodeChannel;
import app.rcommerce.gateway.store.node.NodeMessage;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The search for a refused request among those that this node remembers and, over the node channel, those that others
 * do. A node that is asked answers {@code <number> <node> <access log line>}, or {@code <number> -} where it knows
 * nothing. Safe for any thread.
 */
public final class RefusalSearch {

    /** A request as the node that answered it remembers it: its line of the access log, in ASCII. */
    record Found(String node, String line) {}

    /** In place of the number of other nodes while they are not counted yet: each may be the one that knows. */
    public static final int UNCOUNTED = Integer.MAX_VALUE;

    private static final String QUESTION = "why";
    private static final String ANSWER = "why-answer";
    private static final String NOTHING = "-";
    private static final long WAIT_MILLIS = 1000;
    private static final int SHORT_TEXT = 64;

    /** A question to the other nodes. */
    private static final class Asked {
        private final CompletableFuture<@Nullable Found> answer = new CompletableFuture<>();
        private final AtomicInteger open;

        private Asked(int nodes) {
            this.open = new AtomicInteger(nodes);
        }
    }

    private final String self;
    private final RecentRefusals recent;
    private final NodeChannel channel;
    private final IntSupplier others;
    /** By number; each is removed once it is answered, or after a second. */
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /**
     * A search that from now on also answers the other nodes.
     *
     * @param self the name of this node
     * @param others how many other nodes there are at least: so many answers are waited for; {@link #UNCOUNTED} for all
     *     that come within a second
     */
    public RefusalSearch(String self, RecentRefusals recent, NodeChannel channel, IntSupplier others) {
        this.self = self;
        this.recent = recent;
        this.channel = channel;
        this.others = others;
        channel.listen(QUESTION, this::questioned);
        channel.listen(ANSWER, this::answered);
    }

    /**
     * The newest refused request with this id: the members of its line of the access log, {@code node}, and
     * {@code until} where it was refused for a time. Null where no node that answers within a second remembers one;
     * fails where the others cannot be asked.
     */
    public CompletionStage<@Nullable Map<String, Object>> find(String requestId) {
        return search(requestId).thenApply(found -> found == null ? null : Decisions.of(found));
    }

    private CompletionStage<@Nullable Found> search(String requestId) {
        Finished here = recent.find(requestId);
        if (here != null) {
            return CompletableFuture.completedFuture(new Found(self, line(here)));
        }
        int asking = others.getAsInt();
        if (asking < 1) {
            return CompletableFuture.completedFuture(null);
        }
        String number = Long.toHexString(ThreadLocalRandom.current().nextLong());
        Asked question = new Asked(asking);
        asked.put(number, question);
        CompletionStage<Void> published = channel.publish(QUESTION, number + " " + requestId);
        published.whenComplete((done, failure) -> {
            if (failure != null) {
                question.answer.completeExceptionally(failure);
            }
        });
        return question.answer
                .completeOnTimeout(null, WAIT_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((found, failure) -> asked.remove(number));
    }

    private void questioned(String text) {
        int space = text.indexOf(' ');
        if (space < 1 || asked.containsKey(text.substring(0, space))) {
            // No question, or our own.
            return;
        }
        Finished found = recent.find(text.substring(space + 1));
        String number = text.substring(0, space);
        // Whether it arrives is the asker's concern, who waits for a second.
        var ignored = channel.publish(ANSWER, number + " " + (found == null ? NOTHING : self + " " + line(found)));
    }

    private void answered(String text) {
        String[] parts = text.split(" ", 3);
        Asked question = asked.get(parts[0]);
        if (question == null) {
            return;
        }
        if (parts.length == 3) {
            question.answer.complete(new Found(parts[1], parts[2]));
        } else if (question.open.decrementAndGet() == 0) {
            question.answer.complete(null);
        }
    }

    /** The line as it fits into a message. */
    private static String line(Finished finished) {
        AccessLine lines = AccessLine.ascii();
        String line = lines.of(finished);
        int room = NodeMessage.LONGEST_TEXT - 128;
        return line.length() <= room ? line : lines.of(finished.shortened(SHORT_TEXT));
    }
}
