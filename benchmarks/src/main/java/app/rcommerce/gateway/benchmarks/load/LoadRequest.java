package app.rcommerce.gateway.benchmarks.load;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A request without content, as it is sent by either version of HTTP.
 *
 * @param http1 its bytes by HTTP/1.1
 * @param http2 its fields by HTTP/2, which must not be changed
 */
record LoadRequest(byte[] http1, Http2Headers http2) {

    /** A GET of the URL with these fields, each {@code NAME: VALUE}. */
    static LoadRequest get(URI url, String scheme, List<String> fields) {
        StringBuilder head = new StringBuilder("GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority());
        Http2Headers headers = new DefaultHttp2Headers()
                .method("GET")
                .scheme(scheme)
                .authority(url.getAuthority())
                .path(url.getRawPath());
        for (String field : fields) {
            head.append("\r\n").append(field);
            int colon = field.indexOf(':');
            headers.add(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        return new LoadRequest(head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1), headers);
    }
}
