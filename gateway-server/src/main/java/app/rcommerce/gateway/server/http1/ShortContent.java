package app.rcommerce.gateway.server.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.LastHttpContent;

/** The content of a message that has come whole, in one short piece and without trailers. Stateless. */
public final class ShortContent {

    /** The most bytes of one piece; Netty's decoder makes pieces of that size as well. */
    public static final int MOST = 8192;

    private static final HttpHeadersFactory NO_TRAILERS = new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
            return EmptyHttpHeaders.INSTANCE;
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return EmptyHttpHeaders.INSTANCE;
        }
    };

    private ShortContent() {}

    /** Takes so many bytes out of the buffer, whose memory is shared and counted once more. */
    public static LastHttpContent of(ByteBuf buffer, int length) {
        return length == 0
                ? LastHttpContent.EMPTY_LAST_CONTENT
                : new DefaultLastHttpContent(buffer.readRetainedSlice(length), NO_TRAILERS);
    }
}
