package app.rcommerce.gateway.server.protocol.http2.frame;

import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;

/** Netty's encoder with a bound on what a client can make it remember. Confined to one event loop. */
public final class FrameEncoder extends DefaultHttp2ConnectionEncoder {

    /** An encoder of a connection's frames. */
    public FrameEncoder(Http2Connection connection, FrameWriter writer) {
        super(connection, writer);
    }

    @Override
    public void remoteSettings(Http2Settings settings) throws Http2Exception {
        Long table = settings.headerTableSize();
        if (table != null && table > Http2CodecUtil.DEFAULT_HEADER_TABLE_SIZE) {
            // The client offers as much; nobody has to make use of it (RFC 7541 §4.2).
            settings.headerTableSize(Http2CodecUtil.DEFAULT_HEADER_TABLE_SIZE);
        }
        super.remoteSettings(settings);
    }
}
