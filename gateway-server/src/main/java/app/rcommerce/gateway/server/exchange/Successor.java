package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.server.exchange.websocket.OpenSocket;
import app.rcommerce.gateway.server.transport.Outbox;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** A connection that takes the place of one of HTTP once its protocol has been switched. For its event loop. */
public interface Successor extends ClientConnection {

    /** The maker of what takes over a channel. */
    interface Factory {
        /** The connection that takes over this channel; {@link #begin} follows once it has. */
        Successor of(Owner owner, Channel channel, Outbox outbox, OpenSocket socket);
    }

    /** The handler of the channel. */
    ChannelHandler handler();

    /** Called once the channel is its own. */
    void begin();
}
