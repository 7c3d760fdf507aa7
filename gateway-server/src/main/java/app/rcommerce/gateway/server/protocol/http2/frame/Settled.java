package app.rcommerce.gateway.server.protocol.http2.frame;

import io.netty.channel.Channel;
import io.netty.channel.DefaultChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * A promise that was kept before it was given, for all writes of a connection together: a frame counts as written once
 * it lies in the {@link FrameWriter}, and what goes wrong later ends the connection. Confined to one event loop.
 */
public final class Settled extends DefaultChannelPromise {

    public Settled(Channel channel) {
        super(channel, channel.eventLoop());
        super.setSuccess(null);
    }

    @Override
    public boolean trySuccess(@Nullable Void result) {
        return true;
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        return true;
    }
}
