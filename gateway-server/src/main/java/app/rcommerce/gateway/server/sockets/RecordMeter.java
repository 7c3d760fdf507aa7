package app.rcommerce.gateway.server.sockets;

/** An observer of the records of sockets. Called on any thread; must neither block nor throw. */
public interface RecordMeter {

    /** An observer that ignores everything. */
    RecordMeter NONE = result -> {};

    /** What has become of a record. */
    enum Result {
        /** It was written. */
        WRITTEN,
        /** It was not, since the store was away or has refused; it is written later. */
        FAILED,
        /** Somebody else has continued it; the socket has got another one. */
        TAKEN,
        /** It was removed, or left for whoever comes back. */
        ENDED
    }

    /** A record has come to this. */
    void record(Result result);
}
