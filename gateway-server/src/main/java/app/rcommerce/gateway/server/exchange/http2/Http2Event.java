package app.rcommerce.gateway.server.exchange.http2;

/** What HTTP/2 connections tell beside their requests, each of which is counted by its kind. */
public enum Http2Event {
    /** A stream has begun. */
    STREAM_OPENED,
    /** A stream has ended, however. */
    STREAM_CLOSED,
    /** A stream was reset because its content came too slowly. */
    SLOW_CONTENT,
    /** A stream was reset because its answer was taken too slowly. */
    SLOW_READER,
    /** Misbehaviour: the client has reset a stream. */
    RESET,
    /** Misbehaviour: the client has made us reset a stream. */
    PROVOKED_RESET,
    /** Misbehaviour, unless memory for clients is spent: a stream beyond those that a connection may have. */
    REFUSED_STREAM,
    /** Misbehaviour: content without content, that does not end it. */
    EMPTY_DATA,
    /** Misbehaviour: a header section in pieces. */
    CONTINUATION,
    /** Misbehaviour: settings after the first ones. */
    SETTINGS,
    /** Misbehaviour: a ping. */
    PING,
    /** Misbehaviour: a priority beyond what requests explain. */
    PRIORITY,
    /** Misbehaviour: a window that is enlarged by next to nothing. */
    WINDOW_UPDATE,
    /** Misbehaviour: a frame of no known type, or of one that clients do not send. */
    OTHER_FRAME,
    /** A connection was closed for its misbehaviour. */
    CLOSED_MISBEHAVIOUR,
    /** A connection was closed because it broke the protocol. */
    CLOSED_PROTOCOL,
    /** A connection was closed because it had no stream for too long. */
    CLOSED_IDLE,
    /** A connection was closed because a frame or a header section did not end in time. */
    CLOSED_HEADER_TIMEOUT,
    /** A connection was closed because the client did not acknowledge our settings. */
    CLOSED_SETTINGS_TIMEOUT,
    /** A connection was closed because the client takes header sections too small for any answer. */
    CLOSED_TINY_HEADER_LIST,
    /** A connection was closed because its socket takes nothing. */
    CLOSED_NOT_READING,
    /** A connection was closed after its last stream, since the gateway stops or the client asked for it. */
    CLOSED_DRAINED
}
