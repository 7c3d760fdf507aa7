package app.rcommerce.gateway.server.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Collects the content of a request up to a bound, and answers 413 beyond it. */
final class Intake extends HttpObjectAggregator {

    static final int MOST_BYTES = 1 << 20;

    private static final long LINGER_SECONDS = 2;

    Intake() {
        super(MOST_BYTES);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        byte[] body = Answer.error(
                        413,
                        "PAYLOAD_TOO_LARGE",
                        "The content is too large (expected: at most " + MOST_BYTES + " bytes).",
                        List.of())
                .body();
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, "close");
        // Closing at once would reset the connection under a client that is still sending, and take the answer with it.
        context.writeAndFlush(response).addListener((ChannelFutureListener) written -> {
            if (written.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
            written.channel().eventLoop().schedule(() -> written.channel().close(), LINGER_SECONDS, TimeUnit.SECONDS);
        });
    }
}
