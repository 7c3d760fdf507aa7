package app.rcommerce.gateway.server.net;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Netty's response encoder, told by the exchange when the request was a HEAD: such an answer has no content. */
final class ReplyEncoder extends HttpResponseEncoder {

    private boolean head;

    /** Whether the next answers are to HEAD requests. */
    void answeringHead(boolean answeringHead) {
        this.head = answeringHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return head || super.isContentAlwaysEmpty(response);
    }
}
