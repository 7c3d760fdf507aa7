package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.policy.Call;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** The head of a request as it goes upstream. */
final class OutgoingRequest {

    private OutgoingRequest() {}

    /**
     * Makes the head from the client's.
     *
     * @param filling whether the reply is to be stored: then it must be a whole one, and the client's own fields stay
     *     as they are for the key of the variant
     */
    static HttpRequest build(IncomingRequest incoming, Call call, int localPort, boolean filling) {
        HttpRequest netty = incoming.netty();
        boolean http11 = netty.protocolVersion().isKeepAliveDefault();
        HttpHeaders headers = filling ? netty.headers().copy() : netty.headers();
        headers.remove(HttpHeaderNames.TRAILER);
        if (filling) {
            headers.remove(HttpHeaderNames.IF_NONE_MATCH);
            headers.remove(HttpHeaderNames.IF_MODIFIED_SINCE);
        }
        headers.set(HttpHeaderNames.HOST, incoming.authority());
        ForwardedFields.set(headers, call, incoming.authority(), localPort, http11);
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, netty.method(), incoming.target().toString(), headers);
    }
}
