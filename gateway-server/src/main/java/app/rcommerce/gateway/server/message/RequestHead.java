package app.rcommerce.gateway.server.message;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Iterator;
import java.util.Map;

/**
 * The head of a request, on either side of the gateway (RFC 9110 §6.2). Its fields hold neither those of a connection
 * nor a transfer coding: how content is framed is decided by who writes it. Netty's map of fields is used for every
 * version. For one event loop.
 *
 * @param method the method
 * @param scheme {@code http} or {@code https}: how the request reached us
 * @param authority the host asked for with its port; empty where there is none
 * @param target in origin form
 * @param fields the header fields; they may be changed
 * @param version in which the request was received
 * @param length of the content in bytes; 0 where there is none, -1 where only its end will tell
 */
public record RequestHead(
        HttpMethod method,
        String scheme,
        String authority,
        String target,
        HttpHeaders fields,
        ProtocolVersion version,
        long length) {

    /** About how many bytes of the heap a request under way takes beside its head, with its connection upstream. */
    public static final int UNDER_WAY_BYTES = 4096;

    /** About how many bytes of the heap a field takes beside its texts. */
    private static final int FIELD_BYTES = 128;

    /** About how many bytes of the heap the request takes while it is under way, its content apart. */
    public int heapBytes() {
        return UNDER_WAY_BYTES + authority.length() + target.length() + heapBytes(fields);
    }

    /** About how many bytes of the heap these fields take, of a head or behind content. */
    public static int heapBytes(HttpHeaders fields) {
        int bytes = 0;
        Iterator<Map.Entry<CharSequence, CharSequence>> entries = fields.iteratorCharSequence();
        while (entries.hasNext()) {
            Map.Entry<CharSequence, CharSequence> entry = entries.next();
            bytes += FIELD_BYTES + entry.getKey().length() + entry.getValue().length();
        }
        return bytes;
    }

    /** Whether content follows. */
    public boolean hasContent() {
        return length != 0;
    }
}
