package app.rcommerce.gateway.server.proxy;

import io.netty.channel.EventLoop;

/** The request that feeds a {@link Fill} with the upstream's reply. Told on its own event loop. */
interface Leader {
    /** Where the leader is told. */
    EventLoop loop();

    /** Where the leader's own client is slow: another reader has taken all there was and waits for more. */
    void wanted();
}
