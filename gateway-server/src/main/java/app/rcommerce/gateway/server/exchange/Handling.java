package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.route.Handler;

/**
 * What answers one request once its policies have passed: one object for each request, made by the route's handler. It
 * uses what {@link Exchange} offers, and ends by letting it answer, complete or fail. On the event loop of the
 * exchange; nothing is called after the end.
 */
public interface Handling {

    /** Makes what answers a request of a route with this handler. Any event loop. */
    interface Factory {
        /** The handling of this exchange; it has not begun. */
        Handling of(Handler handler, Exchange exchange);
    }

    /** The policies have passed. */
    void begin();

    /** Some of the request's content has arrived, and waits in {@link Exchange#content}. */
    default void contentArrived() {}

    /** The client takes more of the answer again. */
    default void clientWritable() {}

    /**
     * The client has left.
     *
     * @return whether the exchange ends with it; else it goes on, and ends by itself
     */
    default boolean clientGone() {
        cancel();
        return true;
    }

    /** The exchange is given up, and is answered or ended by somebody else: whatever is under way for it ends. */
    default void cancel() {}
}
