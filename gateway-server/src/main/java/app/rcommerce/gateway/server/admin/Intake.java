package app.rcommerce.gateway.server.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.util.List;

/** A Netty handler that collects the content of a request up to a bound, and answers 413 beyond it. */
final class Intake extends HttpObjectAggregator {

    static final int MOST_BYTES = 16 * 1024;

    Intake() {
        super(MOST_BYTES);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        Responses.writeLast(
                context,
                AdminResponse.error(
                        413,
                        "PAYLOAD_TOO_LARGE",
                        "The content is too large (expected: at most " + MOST_BYTES + " bytes).",
                        List.of()));
    }
}
