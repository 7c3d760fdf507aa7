package app.rcommerce.gateway.server.message;

/** Why an exchange could not be carried through, by who failed and how. Carries no stack trace. Immutable. */
public final class Failure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Who failed. */
    public enum Source {
        /** The client: gone, or too slow. */
        CLIENT,
        /** The upstream. */
        UPSTREAM,
        /** The gateway itself. */
        GATEWAY
    }

    /** How. */
    public enum Kind {
        /** No connection could be made. */
        CONNECT,
        /** Nothing came in time. */
        TIMEOUT,
        /** The connection ended too early. */
        RESET,
        /** What came was not HTTP. */
        PROTOCOL,
        /** A bound was reached. */
        OVERLOAD
    }

    private final Source source;
    private final Kind kind;

    /** A failure with what happened in a few words, free of secrets. */
    public Failure(Source source, Kind kind, String what) {
        super(what, null, false, false);
        this.source = source;
        this.kind = kind;
    }

    /** Who failed. */
    public Source source() {
        return source;
    }

    /** How. */
    public Kind kind() {
        return kind;
    }

    /**
     * Whether the request may be sent once more, on a new connection, without the client's noticing (RFC 9110 §9.2.2):
     * it was lost on a reused connection before any byte of an answer, none of its content was given away, and doing it
     * twice does no harm.
     *
     * @param reused whether the connection had served another request before
     * @param harmless whether the method is idempotent, or the origin cannot have seen the request
     * @param contentSent whether any content was sent
     */
    public boolean retryable(boolean reused, boolean harmless, boolean contentSent) {
        return source == Source.UPSTREAM && kind == Kind.RESET && reused && harmless && !contentSent;
    }

    /** A short name for metrics: {@code upstream_timeout}. */
    public String label() {
        return switch (source) {
                    case CLIENT -> "client_";
                    case UPSTREAM -> "upstream_";
                    case GATEWAY -> "gateway_";
                }
                + switch (kind) {
                    case CONNECT -> "connect";
                    case TIMEOUT -> "timeout";
                    case RESET -> "reset";
                    case PROTOCOL -> "protocol";
                    case OVERLOAD -> "overload";
                };
    }
}
