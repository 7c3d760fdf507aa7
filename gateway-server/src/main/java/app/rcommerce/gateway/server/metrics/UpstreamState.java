package app.rcommerce.gateway.server.metrics;

/** The state of upstreams as the metrics ask for it, at each scrape. Safe for any thread. */
public interface UpstreamState {

    /** The open connections to the upstream, busy and idle. */
    int openConnections(String upstream);

    /** The requests that the upstream has yet to answer. */
    int requestsInFlight(String upstream);

    /** Whether the server of the upstream is not passed over. */
    boolean isUp(String upstream, String server);
}
