package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A probe for clients that have ended their sending side: it finds out whether such a client is still there by sending
 * an interim response, which every client of HTTP/1.1 ignores (RFC 9110 §15.2). A client that has closed its socket
 * answers it with a reset. Confined to one event loop.
 */
final class Probe {

    /** The delays before it is sent again; the first probe causes a reset, which the second one notices. */
    private static final long[] AGAIN_MILLIS = {100, 1_000, 5_000};

    private final Channel channel;
    private final MessageWriter writer;
    private final BooleanSupplier wanted;

    /** A probe of the channel's client, for as long as it is wanted. */
    Probe(Channel channel, MessageWriter writer, BooleanSupplier wanted) {
        this.channel = channel;
        this.writer = writer;
        this.wanted = wanted;
    }

    void begin() {
        send(0);
    }

    private void send(int number) {
        if (!wanted.getAsBoolean()) {
            return;
        }
        writer.interim(
                new ResponseHead(HttpResponseStatus.CONTINUE, new DefaultHttpHeaders(), ProtocolVersion.HTTP_1_1));
        writer.flush();
        if (number < AGAIN_MILLIS.length) {
            channel.eventLoop().schedule(() -> send(number + 1), AGAIN_MILLIS[number], TimeUnit.MILLISECONDS);
        }
    }
}
