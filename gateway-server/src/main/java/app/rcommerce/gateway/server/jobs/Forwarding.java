package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.job.forward.AttemptResult;
import app.rcommerce.gateway.job.forward.StoredRequest;
import app.rcommerce.gateway.server.upstream.Upstreams;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Forwards the requests that jobs are.
 *
 * @param loop of the worker
 * @param upstreams those of the configuration in force
 * @param upstream the name of the one that the requests go to
 * @param queue for the time that an attempt has, and its signature
 */
record Forwarding(EventLoop loop, Supplier<Upstreams> upstreams, String upstream, QueueRule queue)
        implements JobHandler {

    private static final long LOOK_MILLIS = 1_000;

    @Override
    public @Nullable Run prepare(TakenJob job, JsonNode json, Consumer<AttemptResult> ended) {
        StoredRequest request = StoredRequest.read(json);
        return request == null ? null : new Attempt(this, job, request, ended);
    }

    @Override
    public String expected() {
        return StoredRequest.EXPECTED;
    }

    @Override
    public String doer() {
        return "upstream " + upstream;
    }

    @Override
    public long lookMillis() {
        return LOOK_MILLIS;
    }
}
