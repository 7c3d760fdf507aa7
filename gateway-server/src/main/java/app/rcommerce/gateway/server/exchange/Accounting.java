package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Route;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is told of an exchange once it has ended: how long it took, what was sent, what went wrong. For one event loop.
 */
public final class Accounting {

    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();
    private long sentNanos;
    private long upstreamNanos = -1;
    private long responseBytes;
    private String failure = "";

    /** The request goes to the upstream. */
    public void sent() {
        sentNanos = System.nanoTime();
    }

    /** The head of the upstream's answer has arrived. */
    public void answered() {
        upstreamNanos = System.nanoTime() - sentNanos;
    }

    /** So much content of the answer was written. */
    void wrote(long bytes) {
        responseBytes += bytes;
    }

    /** Something went wrong: a short name for metrics. */
    public void failed(String label) {
        failure = label;
    }

    /** Something went wrong, if nothing has before. */
    void failedAtLast(String label) {
        failure = failure.isEmpty() ? label : failure;
    }

    /** One identity, or a list of them (RFC 9110 §5.6.1): an app's key and a user. */
    public static String text(List<Identifier> identities) {
        return switch (identities.size()) {
            case 0 -> "";
            case 1 -> identities.getFirst().toString();
            default -> identities.stream().map(Identifier::toString).collect(Collectors.joining(", "));
        };
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
                text(call.caller().identifiers()),
                lookup == null ? "" : lookup.outcome(),
                failure,
                requestBytes,
                responseBytes);
    }
}
