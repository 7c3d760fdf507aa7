package app.rcommerce.gateway.server.proxy;

import io.netty.channel.EventLoop;

/** The leader of a {@link Fill}: the request that feeds it with the upstream's reply. Called on its own event loop. */
interface Leader {
    /** The event loop on which the leader is called. */
    EventLoop loop();

    /** Called when another reader has read everything and waits for more, while the leader's own client is slow. */
    void wanted();
}
