package app.rcommerce.gateway.server.exchange.events;

/** An observer of the delivery of topics on this node. Called on any thread; must neither block nor throw. */
public interface EventsMeter {

    /** An observer that ignores everything. */
    EventsMeter NONE = new EventsMeter() {};

    /** The ways in which clients hear topics. */
    enum Kind {
        /** Server-Sent Events. */
        SSE,
        /** WebSocket. */
        WEBSOCKET
    }

    /** The reasons for which a client loses its place. */
    enum Dropped {
        /** More waited for it than may. */
        QUEUE,
        /** What waits for all clients found no room. */
        MEMORY
    }

    /** The results of a client's return with a position. */
    enum Recovery {
        /** Everything since has been sent. */
        RECOVERED,
        /** The client has been told that something is missing. */
        LOST,
        /** The store could not be asked. */
        DEGRADED
    }

    /** A client of this kind has come, or left. */
    default void clients(Kind kind, int change) {}

    /** So many subscriptions more, or fewer. */
    default void subscriptions(int change) {}

    /** So many topics more, or fewer, are heard. */
    default void topics(int change) {}

    /** Messages have been heard on a topic. */
    default void heard(int messages) {}

    /** A message has been published from here. */
    default void published() {}

    /** Messages have been written for clients of this kind. */
    default void delivered(Kind kind, int messages, long bytes) {}

    /** A client has lost its place. */
    default void dropped(Dropped why) {}

    /** A client has come back with a position. */
    default void recovery(Recovery result) {}

    /** So many clients have been told that messages may be missing. */
    default void reset(int clients) {}
}
