package app.rcommerce.gateway.server.protocol.http2.frame;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.listen.Http2Config;
import app.rcommerce.gateway.server.protocol.http2.field.AnswerFields;
import app.rcommerce.gateway.server.protocol.http2.field.SectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** The parts of Netty's codec of HTTP/2 that serve one connection, put together. Confined to its event loop. */
public final class Codec {

    private static final float UPDATE_RATIO = 0.5f;
    private final Http2Connection connection;
    private final FrameWriter writer;
    private final FrameEncoder encoder;
    private final DefaultHttp2LocalFlowController windows;
    private final DefaultHttp2ConnectionDecoder decoder;
    private final Http2Settings settings;
    private final FrameScan scan;

    /**
     * A codec with the bounds of the configuration.
     *
     * @param written told of frames that are written
     * @param read told of frames that were read and are as they may be
     * @param misbehaviour counts what arrives before it is read
     * @param late what is ignored
     */
    public Codec(
            ServerConfig server,
            FrameWriter.Observer written,
            Http2FrameListener read,
            Misbehaviour misbehaviour,
            LateFrames late) {
        Http2Config http2 = server.http2();
        this.connection = new DefaultHttp2Connection(true, 0);
        this.writer = new FrameWriter(AnswerFields::isNeverIndexed, written);
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
        this.decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new FrameReader(connection, new SectionDecoder(server), late),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                false);
        decoder.frameListener(read);
        this.settings = new Http2Settings()
                .maxConcurrentStreams(http2.maxConcurrentStreams())
                .initialWindowSize(http2.streamWindow())
                .maxHeaderListSize(http2.maxHeaderListSize());
    }

    /** The states of all streams. */
    public Http2Connection connection() {
        return connection;
    }

    /** Writes frames. */
    public FrameWriter writer() {
        return writer;
    }

    /** What is sent, and its windows. */
    public FrameEncoder encoder() {
        return encoder;
    }

    /** What is read. */
    public DefaultHttp2ConnectionDecoder decoder() {
        return decoder;
    }

    /** What clients are told at first. */
    public Http2Settings settings() {
        return settings;
    }

    /** Goes along with what arrives. */
    public FrameScan scan() {
        return scan;
    }

    /** Enlarges the window of all streams together to so many bytes. */
    public void enlargeWindow(int bytes) {
        try {
            windows.incrementWindowSize(connection.connectionStream(), bytes - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the client has nothing left of the window of all streams together. */
    public boolean isWindowSpent() {
        return windows.windowSize(connection.connectionStream()) <= 0;
    }

    /** Gives bytes of content back to the windows. */
    public void giveBack(Http2Stream stream, int bytes) {
        try {
            windows.consumeBytes(stream, bytes);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
