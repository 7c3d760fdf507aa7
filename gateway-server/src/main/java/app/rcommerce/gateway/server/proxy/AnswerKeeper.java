package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The way of an upstream's answer to the client where somebody wants to keep it: it passes the answer on through the
 * exchange and ends that, in place of the handling that forwards. Confined to the event loop of the exchange.
 */
public interface AnswerKeeper {

    /** Takes the head of the answer. */
    void begin(ResponseHead head);

    /** Takes some content and releases it, the last with its trailers; then the exchange is ended, now or later. */
    void content(ByteBuf piece, @Nullable HttpHeaders trailers);

    /**
     * Ends the exchange with this failure, now or later: the answer does not come, or not whole.
     *
     * @param seen whether the upstream may have seen anything of the request
     */
    void failed(Failure why, boolean seen);

    /**
     * The request is given up, and somebody else ends the exchange.
     *
     * @param seen whether the upstream may have seen anything of the request
     */
    void cancelled(boolean seen);

    /**
     * Whether the answer is wanted though the client has left.
     *
     * @param sent whether the request is with an upstream
     */
    boolean isWanted(boolean sent);
}
