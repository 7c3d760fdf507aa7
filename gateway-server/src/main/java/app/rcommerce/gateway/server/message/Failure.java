package app.rcommerce.gateway.server.message;

/**
 * The reason why an exchange failed: which side failed, and in what way. For example an upstream that did not answer in
 * time is {@link Source#UPSTREAM} and {@link Kind#TIMEOUT}, {@code upstream_timeout} in metrics. Carries no stack
 * trace. Immutable.
 */
public final class Failure extends Exception {

    private static final long serialVersionUID = 1L;

    /** The side that failed. */
    public enum Source {
        /** The client has left, or is too slow. */
        CLIENT,
        /** The upstream failed. */
        UPSTREAM,
        /** The gateway itself failed. */
        GATEWAY
    }

    /** The way in which it failed. */
    public enum Kind {
        /** No connection could be made. */
        CONNECT,
        /** Nothing arrived in time. */
        TIMEOUT,
        /** The connection was closed too early. */
        RESET,
        /** What arrived was not valid HTTP. */
        PROTOCOL,
        /** A limit was reached. */
        OVERLOAD,
        /** The program has a defect. */
        DEFECT
    }

    private final Source source;
    private final Kind kind;

    /** A failure with what happened in a few words, free of secrets. */
    public Failure(Source source, Kind kind, String what) {
        super(what, null, false, false);
        this.source = source;
        this.kind = kind;
    }

    /** The side that failed. */
    public Source source() {
        return source;
    }

    /** The way in which it failed. */
    public Kind kind() {
        return kind;
    }

    /**
     * Whether the request may be sent once more on a new connection (RFC 9110 §9.2.2). It may if it was lost on a
     * reused connection before any byte of a response, none of its content was sent, and repeating it does no harm.
     *
     * @param reused whether the connection had served another request before
     * @param harmless whether the method is idempotent, or the origin cannot have seen the request
     * @param contentSent whether any content was sent
     */
    public boolean retryable(boolean reused, boolean harmless, boolean contentSent) {
        return source == Source.UPSTREAM && kind == Kind.RESET && reused && harmless && !contentSent;
    }

    /** The label of the failure for metrics, such as {@code upstream_timeout}. */
    public String label() {
        return label(source, kind);
    }

    /** The label for metrics of failures of this side and kind, such as {@code upstream_timeout}. */
    public static String label(Source source, Kind kind) {
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
                    case DEFECT -> "defect";
                };
    }
}
