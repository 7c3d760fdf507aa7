package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.listen.Http2Config;
import app.rcommerce.gateway.server.protocol.http2.field.AnswerFields;
import app.rcommerce.gateway.server.protocol.http2.field.SectionDecoder;
import app.rcommerce.gateway.server.protocol.http2.frame.FrameEncoder;
import app.rcommerce.gateway.server.protocol.http2.frame.FrameReader;
import app.rcommerce.gateway.server.protocol.http2.frame.FrameScan;
import app.rcommerce.gateway.server.protocol.http2.frame.FrameWriter;
import app.rcommerce.gateway.server.protocol.http2.frame.LateFrames;
import app.rcommerce.gateway.server.protocol.http2.frame.Misbehaviour;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** The parts of Netty's codec of HTTP/2 that serve one connection, put together. Confined to its event loop. */
final class Codec {

    private static final float UPDATE_RATIO = 0.5f;
    private final io.netty.handler.codec.http2.Http2Connection connection;
    private final FrameWriter writer;
    private final FrameEncoder encoder;
    private final DefaultHttp2LocalFlowController windows;
    private final Http2Handler handler;
    private final FrameScan scan;

    Codec(ServerConfig server, Http2Connection owner, Requests requests, Misbehaviour misbehaviour, LateFrames late) {
        Http2Config http2 = server.http2();
        this.connection = new DefaultHttp2Connection(true, 0);
        this.writer = new FrameWriter(AnswerFields::isNeverIndexed, owner);
        this.scan = new FrameScan(misbehaviour);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        this.encoder = new FrameEncoder(connection, writer);
        this.windows = new DefaultHttp2LocalFlowController(connection, UPDATE_RATIO, false).frameWriter(writer);
        connection.local().flowController(windows);
        // Before the client has acknowledged it, too.
        connection.remote().maxActiveStreams(http2.maxConcurrentStreams());
        DefaultHttp2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new FrameReader(connection, new SectionDecoder(server), late),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                false);
        decoder.frameListener(requests);
        Http2Settings settings = new Http2Settings()
                .maxConcurrentStreams(http2.maxConcurrentStreams())
                .initialWindowSize(http2.streamWindow())
                .maxHeaderListSize(http2.maxHeaderListSize());
        this.handler = new Http2Handler(decoder, encoder, settings, owner, scan);
    }

    io.netty.handler.codec.http2.Http2Connection connection() {
        return connection;
    }

    FrameWriter writer() {
        return writer;
    }

    DefaultHttp2ConnectionEncoder encoder() {
        return encoder;
    }

    Http2Handler handler() {
        return handler;
    }

    FrameScan scan() {
        return scan;
    }

    /** Enlarges the window of all streams together to so many bytes. */
    void enlargeWindow(int bytes) {
        try {
            windows.incrementWindowSize(connection.connectionStream(), bytes - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives bytes of content back to the windows. */
    void giveBack(Http2Stream stream, int bytes) {
        try {
            windows.consumeBytes(stream, bytes);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
