package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Route;

/**
 * What is told of an exchange once it has ended: how long it took, what was sent, what went wrong. For one event loop.
 */
final class Account {

    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();
    private long sentNanos;
    private long upstreamNanos = -1;
    private long responseBytes;
    private String failure = "";

    /** The request goes to the upstream. */
    void sent() {
        sentNanos = System.nanoTime();
    }

    /** The head of the upstream's answer has arrived. */
    void answered() {
        upstreamNanos = System.nanoTime() - sentNanos;
    }

    /** So much content of the answer was written. */
    void wrote(long bytes) {
        responseBytes += bytes;
    }

    /** Something went wrong: a short name for metrics. */
    void failed(String label) {
        failure = label;
    }

    /** Something went wrong, if nothing has before. */
    void failedAtLast(String label) {
        failure = failure.isEmpty() ? label : failure;
    }

    /** All of it, at the end. */
    Finished close(Call call, IncomingRequest incoming, int answered, long requestBytes) {
        Route route = call.route();
        CacheLookup lookup = call.cacheLookup();
        return new Finished(
                startMillis,
                System.nanoTime() - startNanos,
                upstreamNanos,
                call.requestId(),
                call.clientAddressText(),
                incoming.method(),
                incoming.host(),
                incoming.target().path(),
                route == null ? "" : route.name(),
                answered,
                call.denialCode(),
                ForwardedFields.text(call.caller().identifiers()),
                lookup == null ? "" : lookup.outcome(),
                failure,
                requestBytes,
                responseBytes);
    }
}
