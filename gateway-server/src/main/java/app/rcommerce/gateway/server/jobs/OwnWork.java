package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.job.forward.AttemptResult;
import app.rcommerce.gateway.server.upkeep.PurgeJob;
import app.rcommerce.gateway.server.upkeep.ReplyPurge;
import app.rcommerce.gateway.store.StoreUnavailable;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Does the gateway's own work, which takes as long as it takes: its lease is renewed meanwhile.
 *
 * @param loop of the worker
 * @param purge the removal of stored replies
 */
record OwnWork(EventLoop loop, ReplyPurge purge) implements JobHandler {

    private static final Logger LOG = LoggerFactory.getLogger(OwnWork.class);
    /** Work is ordered at a node that begins at once; others look for what it has left behind. */
    private static final long LOOK_MILLIS = 5_000;

    @Override
    public @Nullable Run prepare(TakenJob job, JsonNode json, Consumer<AttemptResult> ended) {
        PurgeJob order = PurgeJob.read(json);
        return order == null ? null : new Purge(order, ended);
    }

    @Override
    public String expected() {
        return PurgeJob.EXPECTED;
    }

    @Override
    public String doer() {
        return "the gateway itself";
    }

    @Override
    public long lookMillis() {
        return LOOK_MILLIS;
    }

    /** A purge. What has been given up goes on to its end, since it does no harm twice. */
    private final class Purge implements Run {

        private final PurgeJob order;
        private final Consumer<AttemptResult> ended;
        private boolean told;

        Purge(PurgeJob order, Consumer<AttemptResult> ended) {
            this.order = order;
            this.ended = ended;
        }

        @Override
        public void begin() {
            purge.purge(order.paths()).whenComplete((purged, failure) -> loop.execute(() -> end(result(failure))));
        }

        private static AttemptResult result(@Nullable Throwable failure) {
            if (failure == null) {
                return new AttemptResult(AttemptResult.Kind.DONE, "", 0);
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof StoreUnavailable) {
                return new AttemptResult(AttemptResult.Kind.UNREACHED, String.valueOf(cause.getMessage()), 0);
            }
            LOG.error("a purge has failed in an unexpected way", cause);
            return new AttemptResult(AttemptResult.Kind.BROKEN, cause.toString(), 0);
        }

        @Override
        public void abandon(String why) {
            end(new AttemptResult(AttemptResult.Kind.ABANDONED, why, 0));
        }

        private void end(AttemptResult how) {
            if (!told) {
                told = true;
                ended.accept(how);
            }
        }
    }
}
