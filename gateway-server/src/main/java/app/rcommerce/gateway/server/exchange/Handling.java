package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.route.Handler;

/**
 * The production of the response to one request after its policies have passed; the route's handler makes one object
 * for each request. It works through {@link Exchange}, and ends by having the exchange answer, complete or fail. Called
 * on the event loop of the exchange, and never after its end.
 */
public interface Handling {

    /** The factory of handlings. Safe for any event loop. */
    interface Factory {
        /** The handling of this exchange; it has not begun. */
        Handling of(Handler handler, Exchange exchange);
    }

    /** Begins the response; the policies have passed. */
    void begin();

    /** Called when some of the request's content has arrived and waits in {@link Exchange#content}. */
    default void contentArrived() {}

    /** Called when the client takes more of the response again. */
    default void clientWritable() {}

    /**
     * Called when the client has closed its connection.
     *
     * @return whether the exchange ends with it; else it goes on, and ends by itself
     */
    default boolean clientGone() {
        cancel();
        return true;
    }

    /** Cancels what is under way for the exchange, which is answered or ended by somebody else. */
    default void cancel() {}
}
