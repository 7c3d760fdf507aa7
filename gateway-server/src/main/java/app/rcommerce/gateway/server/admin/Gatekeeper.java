package app.rcommerce.gateway.server.admin;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Netty handler that checks each request to the admin port by its head, before any of its content is read: a client
 * that may not use the port is answered, and its connection is closed. Confined to the port's event loop.
 */
final class Gatekeeper extends ChannelInboundHandlerAdapter {

    private final AdminRoutes routes;
    private final Runnable talks;
    private boolean refused;

    /**
     * A gatekeeper for the place before the handler that collects content; {@code talks} runs for each request that may
     * be made.
     */
    Gatekeeper(AdminRoutes routes, Runnable talks) {
        this.routes = routes;
        this.talks = talks;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        AdminResponse refusal = message instanceof HttpRequest request
                        && request.decoderResult().isSuccess()
                ? judge(context, request)
                : null;
        if (refusal == null) {
            context.fireChannelRead(message);
            return;
        }
        refused = true;
        ReferenceCountUtil.release(message);
        Responses.writeLast(context, refusal);
    }

    private @Nullable AdminResponse judge(ChannelHandlerContext context, HttpRequest request) {
        AdminResponse refusal = routes.refusal(
                path(request.uri()),
                headers(request.headers()),
                context.channel().remoteAddress());
        if (refusal == null) {
            talks.run();
        }
        return refusal;
    }

    private static String path(String uri) {
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    /** The fields as the routes read them. */
    static Headers headers(HttpHeaders netty) {
        List<Field> fields = new ArrayList<>();
        netty.forEach(entry -> fields.add(new Field(entry.getKey(), entry.getValue())));
        return new FieldList(fields);
    }
}
