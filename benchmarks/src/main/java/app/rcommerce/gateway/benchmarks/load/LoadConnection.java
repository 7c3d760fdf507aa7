package app.rcommerce.gateway.benchmarks.load;

import io.netty.channel.ChannelHandler;

/** A connection of the load generator. Confined to its event loop. */
interface LoadConnection extends ChannelHandler {

    /** What is called when the state of a connection changes, on its event loop. */
    interface Callback {
        /** Called when the connection can take a request, or one more. */
        void idle(LoadConnection connection);

        /** Called when a response has arrived completely, with this status; the connection can take a request. */
        void answered(LoadConnection connection, long due, int status);

        /** Called when the connection has failed. */
        void failed(String reason);
    }

    /** Sends a request that should have left at this time. The connection must be able to take one. */
    void send(LoadRequest request, long due);
}
