package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.server.transport.Peer;

/**
 * The measurements of one exchange, for metrics and the access log: durations, bytes, and what went wrong. Confined to
 * one event loop.
 */
public final class Accounting {

    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();
    /** The server tried last; empty before the first. */
    private String server = "";

    private int attempts;
    /** Since when a connection is waited for; 0 where none is. */
    private long waitingNanos;

    private long connectNanos;
    private long sentNanos;
    private long answerNanos = -1;
    private String notStored = "";
    private long responseBytes;
    private String failure = "";
    /** What the client is answered in, where that is not what it speaks; else empty. */
    private String speaking = "";

    /** How long ago the exchange began. */
    long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }

    /** Notes that the answer is in a protocol of its own. */
    void speaking(String protocol) {
        speaking = protocol;
    }

    /** Notes that a connection to a server is looked for, named as it is configured. */
    public void trying(String name) {
        server = name;
        attempts++;
    }

    /** Notes that no connection is at hand, so that one is waited for. */
    public void waiting() {
        waitingNanos = System.nanoTime();
    }

    /** Notes that the wait for a connection has ended without one. */
    public void refused() {
        waited(System.nanoTime());
    }

    /** Notes that the request is sent to the upstream. */
    public void sent() {
        sentNanos = System.nanoTime();
        waited(sentNanos);
    }

    private void waited(long nowNanos) {
        if (waitingNanos != 0) {
            connectNanos += nowNanos - waitingNanos;
            waitingNanos = 0;
        }
    }

    /** Notes that the head of the upstream's response has arrived. */
    public void answered() {
        answerNanos = System.nanoTime() - sentNanos;
    }

    /** Notes why the reply was not stored, though the route caches. */
    public void notStored(String why) {
        notStored = why;
    }

    /** Counts bytes of response content that were written. */
    void wrote(long bytes) {
        responseBytes += bytes;
    }

    /** Notes a failure under its label for metrics. */
    public void failed(String label) {
        failure = label;
    }

    /** Notes a failure under its label, unless one was noted before. */
    void failedAtLast(String label) {
        failure = failure.isEmpty() ? label : failure;
    }

    /** Ends the measurement; returns the record of the exchange. */
    Finished close(Call call, IncomingRequest incoming, Peer peer, int answered, long requestBytes) {
        Route route = call.route();
        CacheLookup lookup = call.cacheLookup();
        Finished.Protocol http = Finished.Protocol.of(incoming.head().version(), peer);
        return new Finished(
                startMillis,
                elapsedNanos(),
                attempts == 0 ? null : new Finished.Upstream(server, attempts, connectNanos, answerNanos),
                call.requestId(),
                call.clientAddressText(),
                speaking.isEmpty() ? http : new Finished.Protocol(speaking, http.tlsVersion(), http.tlsCipher()),
                incoming.method(),
                incoming.host(),
                incoming.target().path(),
                route == null ? "" : route.name(),
                answered,
                call.denialCode(),
                call.identitiesText(),
                lookup == null ? "" : lookup.outcome(),
                notStored,
                failure,
                call.reason(),
                requestBytes,
                responseBytes);
    }
}
