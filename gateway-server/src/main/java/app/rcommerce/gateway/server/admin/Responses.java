package app.rcommerce.gateway.server.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/**
 * Turns responses of the admin port into Netty's messages, and writes them. Confined to the connection's event loop.
 */
final class Responses {

    private static final long LINGER_SECONDS = 2;

    private Responses() {}

    /** The message of a response; without content where the request was a HEAD. */
    static FullHttpResponse of(AdminResponse answer, boolean toHead) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                toHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff");
        answer.fields().forEach(field -> response.headers().set(field.name(), field.value()));
        return response;
    }

    /**
     * Writes the last response of a connection and closes it gently. The client may still be sending: closing at once
     * would reset the connection, and the client could lose the response.
     */
    static void writeLast(ChannelHandlerContext context, AdminResponse answer) {
        FullHttpResponse response = of(answer, false);
        response.headers().set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(response).addListener((ChannelFutureListener) written -> {
            if (written.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
            written.channel().eventLoop().schedule(() -> written.channel().close(), LINGER_SECONDS, TimeUnit.SECONDS);
        });
    }
}
