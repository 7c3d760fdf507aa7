package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.http.Headers;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the admin port. Requests are answered one after the other, each on a thread that may block; while
 * one is being answered nothing more is read. Confined to its event loop but for {@link AdminRoutes}.
 */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {

    /** A request that waits for its turn. */
    private record Turn(@Nullable AdminRequest ask, Headers headers, boolean keepAlive, boolean head) {}

    private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);

    private final AdminRoutes routes;
    private final Executor executor;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private boolean busy;

    AdminConnection(AdminRoutes routes, Executor executor) {
        this.routes = routes;
        this.executor = executor;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        context.channel().config().setAutoRead(false);
        boolean good = request.decoderResult().isSuccess();
        waiting.add(new Turn(
                good ? ask(request) : null,
                Gatekeeper.headers(request.headers()),
                good && HttpUtil.isKeepAlive(request),
                request.method().name().equals("HEAD")));
        next(context);
    }

    /** The request in the form that routes take; null where its target is malformed. */
    private static @Nullable AdminRequest ask(FullHttpRequest request) {
        try {
            QueryStringDecoder target = new QueryStringDecoder(request.uri());
            String accept = request.headers().get(HttpHeaderNames.ACCEPT);
            return new AdminRequest(
                    request.method().name(),
                    target.path(),
                    target.parameters(),
                    accept == null ? "" : accept,
                    ByteBufUtil.getBytes(request.content()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void next(ChannelHandlerContext context) {
        Turn turn = busy ? null : waiting.poll();
        if (turn == null) {
            return;
        }
        busy = true;
        AdminRequest ask = turn.ask();
        if (ask == null) {
            write(context, turn, AdminResponse.error(400, "BAD_REQUEST", "The request is malformed.", List.of()));
            return;
        }
        executor.execute(() -> {
            AdminResponse answer = routes.answer(ask, turn.headers());
            context.executor().execute(() -> write(context, turn, answer));
        });
    }

    private void write(ChannelHandlerContext context, Turn turn, AdminResponse answer) {
        FullHttpResponse response = Responses.of(answer, turn.head());
        busy = false;
        if (!turn.keepAlive()) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
            waiting.clear();
            return;
        }
        context.writeAndFlush(response);
        next(context);
        if (!busy) {
            context.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("admin: connection broken off", cause);
        context.close();
    }
}
