package app.rcommerce.gateway.server.upstream;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Netty's response decoder, told what was asked: the response to a HEAD has no content (RFC 9112 §6.3). */
final class ResponseDecoder extends HttpResponseDecoder {

    private boolean toHead;

    /** Takes heads of up to so many bytes. */
    ResponseDecoder(int maxHead) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHead)
                .setMaxHeaderSize(maxHead)
                .setStrictLineParsing(false));
    }

    /** Whether the next response is to a HEAD. */
    void expect(boolean responseToHead) {
        this.toHead = responseToHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return toHead || super.isContentAlwaysEmpty(message);
    }
}
