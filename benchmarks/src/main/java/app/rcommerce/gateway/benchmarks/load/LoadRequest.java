package app.rcommerce.gateway.benchmarks.load;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.EmptyHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A request without content, as it is sent by one version of HTTP: a hundred thousand of them fit into a small heap.
 *
 * @param http1 its bytes by HTTP/1.1; empty where it is sent by HTTP/2
 * @param http2 its fields by HTTP/2, which must not be changed; empty where it is sent by HTTP/1.1
 */
record LoadRequest(byte[] http1, Http2Headers http2) {

    private static final byte[] NONE = {};

    /** A GET of the URL with these fields, each {@code NAME: VALUE}. */
    static LoadRequest get(URI url, Order.Protocol protocol, List<String> fields) {
        return protocol.isHttp2()
                ? new LoadRequest(NONE, http2(url, protocol.isTls() ? "https" : "http", fields))
                : new LoadRequest(http1(url, fields), EmptyHttp2Headers.INSTANCE);
    }

    private static byte[] http1(URI url, List<String> fields) {
        StringBuilder head = new StringBuilder("GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority());
        fields.forEach(field -> head.append("\r\n").append(field));
        return head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Http2Headers http2(URI url, String scheme, List<String> fields) {
        Http2Headers headers = new DefaultHttp2Headers()
                .method("GET")
                .scheme(scheme)
                .authority(url.getAuthority())
                .path(url.getRawPath());
        for (String field : fields) {
            int colon = field.indexOf(':');
            headers.add(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        return headers;
    }
}
