package app.rcommerce.gateway.server.protocol.http2.field;

import app.rcommerce.gateway.config.ServerConfig;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/** Netty's decoder of header sections, which collects what it decodes in {@link RequestFields}. For one event loop. */
public final class SectionDecoder extends DefaultHttp2HeadersDecoder {

    private final int maxFields;
    private final int maxCrumbs;

    /** A decoder with the bounds of the configuration. */
    public SectionDecoder(ServerConfig server) {
        super(false, server.http2().maxHeaderListSize());
        this.maxFields = server.maxFields();
        this.maxCrumbs = server.maxCookieCrumbs();
    }

    @Override
    protected Http2Headers newHeaders() {
        return new RequestFields(maxFields, maxCrumbs);
    }
}
