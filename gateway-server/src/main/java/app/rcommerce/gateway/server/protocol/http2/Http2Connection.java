package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.exchange.ClientConnection;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.memory.Holding;
import app.rcommerce.gateway.server.memory.Silence;
import app.rcommerce.gateway.server.protocol.http2.field.AnswerFields;
import app.rcommerce.gateway.server.protocol.http2.flow.Inflow;
import app.rcommerce.gateway.server.protocol.http2.flow.Outflow;
import app.rcommerce.gateway.server.protocol.http2.frame.Codec;
import app.rcommerce.gateway.server.protocol.http2.frame.FrameWriter;
import app.rcommerce.gateway.server.protocol.http2.frame.LateFrames;
import app.rcommerce.gateway.server.protocol.http2.frame.Misbehaviour;
import app.rcommerce.gateway.server.protocol.http2.frame.Settled;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/2 connection: its streams are served side by side, each by an exchange of its own; it keeps the
 * bounds of all of them together, and ends the connection. The state of one stream is in its {@link Http2Leg}. Confined
 * to its event loop.
 */
public final class Http2Connection extends Http2ConnectionAdapter implements ClientConnection, FrameWriter.Observer {

    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

    /** About how many bytes of the heap it takes beside what any does, once its tables of fields are full. */
    private static final int HEAP_BYTES = 16 * 1024;

    private final Owner owner;
    private final Channel channel;
    private final Peer peer;
    private final Holding holding;
    private final Misbehaviour misbehaviour;
    private final Codec codec;
    private final Http2Handler handler;
    private final Requests requests;
    private final Outflow outflow;
    private final Http2Clock clock;
    private final Closing closing;
    private final io.netty.handler.codec.http2.Http2Connection.PropertyKey legs;
    private final LateFrames late = new LateFrames();
    private final AnswerFields fields = new AnswerFields();
    private final List<Http2Leg> touched = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ChannelPromise settled;

    private Http2Connection(Owner owner, Channel channel, Outbox outbox, Peer peer) {
        ServerConfig server = owner.snapshot().server();
        this.owner = owner;
        this.channel = channel;
        this.peer = peer;
        this.holding = Holding.of(channel);
        this.misbehaviour = new Misbehaviour(server.http2().misbehaviour(), owner.traffic());
        this.requests = new Requests(this, owner);
        this.codec = new Codec(server, this, requests, misbehaviour, late);
        this.handler = new Http2Handler(codec, this, requests);
        this.outflow = new Outflow(outbox, codec, () -> context, failed -> handler.onError(context(), true, failed));
        this.legs = codec.connection().newKey();
        this.clock = new Http2Clock(this, channel, () -> owner.snapshot().server(), codec.scan(), outbox.trickle());
        this.closing = new Closing(this, channel, codec, clock);
    }

    /** Serves a client that is known to speak HTTP/2. */
    public static Http2Connection serve(Owner owner, Channel channel, Outbox outbox, Peer peer) {
        Http2Connection connection = new Http2Connection(owner, channel, outbox, peer);
        connection.codec.connection().addListener(connection);
        channel.pipeline().addLast(connection.handler);
        if (!connection.holding.take(HEAP_BYTES)) {
            channel.close();
        }
        return connection;
    }

    /** Called once the channel is active and our settings are on their way. */
    void begin(ChannelHandlerContext ctx) {
        if (context == null) {
            context = ctx;
            settled = new Settled(channel);
            codec.enlargeWindow(owner.snapshot().server().http2().connectionWindow());
            clock.begin();
            outflow.flushLater();
        }
    }

    boolean hasBegun() {
        return context != null;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("nothing can be sent before the connection has begun");
        }
        return ctx;
    }

    ChannelPromise settled() {
        ChannelPromise promise = settled;
        return promise == null ? context().newPromise() : promise;
    }

    // Streams.

    @Nullable
    Http2Stream stream(int id) {
        return codec.connection().stream(id);
    }

    @Nullable
    Http2Leg leg(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(legs);
    }

    Inflow inflow(Http2Stream stream, long declared, boolean ended) {
        return new Inflow(codec, stream, loop(), declared, ended);
    }

    /** Begins a stream, unless there is no memory left for it; it is refused then. */
    boolean open(Http2Leg leg) {
        if (!holding.take(leg.heapBytes())) {
            tell(Http2Event.REFUSED_STREAM);
            reset(leg.stream(), Http2Error.REFUSED_STREAM);
            return false;
        }
        leg.stream().setProperty(legs, leg);
        clock.streaming();
        return true;
    }

    int streams() {
        return codec.connection().numActiveStreams();
    }

    /** Lets each stream do something; streams may end meanwhile. */
    void forEachLeg(Consumer<Http2Leg> what) {
        List<Http2Leg> all = new ArrayList<>();
        try {
            codec.connection().forEachActiveStream(stream -> {
                Http2Leg leg = leg(stream);
                if (leg != null) {
                    all.add(leg);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
        all.forEach(what);
    }

    @Override
    public void onStreamActive(Http2Stream stream) {
        owner.traffic().http2(Http2Event.STREAM_OPENED);
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        owner.traffic().http2(Http2Event.STREAM_CLOSED);
        Http2Leg leg = leg(stream);
        if (leg != null) {
            leg.closed();
            holding.give(leg.heapBytes());
        }
        if (streams() == 0) {
            clock.idle();
            closing.idle();
        }
    }

    /** Notes a stream of which content has arrived, for the end of the read. */
    void touched(Http2Leg leg) {
        touched.add(leg);
    }

    void readComplete() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).in().readComplete();
        }
        touched.clear();
        clock.readComplete();
    }

    // What is sent.

    /** The fields of a header section to be put together, for one at a time. */
    AnswerFields fields(HttpResponseStatus status) {
        return fields.of(status);
    }

    void sendHead(Http2Stream stream, AnswerFields head, boolean last) {
        codec.encoder().writeHeaders(context(), stream.id(), head, 0, last, settled());
    }

    void sendTrailers(Http2Stream stream, HttpHeaders trailers) {
        codec.encoder().writeHeaders(context(), stream.id(), new AnswerFields().with(trailers), 0, true, settled());
        outflow.flushLater();
    }

    void sendContent(Http2Stream stream, ByteBuf content, boolean last) {
        codec.encoder().writeData(context(), stream.id(), content, 0, last, settled());
    }

    /** Whether everything that was sent on the stream has been written. */
    boolean isWritten(Http2Stream stream) {
        return !codec.encoder().flowController().hasFlowControlled(stream);
    }

    Outflow outflow() {
        return outflow;
    }

    @Override
    public void dataWritten(int stream, int bytes, boolean last) {
        Http2Leg leg = leg(stream(stream));
        if (leg != null) {
            outflow.waiting(-bytes);
            leg.sent(bytes);
            if (last || leg.isResumed()) {
                outflow.drained(leg);
            }
        }
    }

    @Override
    public void written() {
        outflow.flushLater();
    }

    // How streams and the connection end.

    /** Resets a stream; what still arrives for it is ignored. */
    void reset(Http2Stream stream, Http2Error code) {
        late(stream.id());
        handler.resetStream(context(), stream.id(), code.code(), settled());
    }

    /** Notes a stream that is reset or refused: what the client has sent before it learns of that is ignored. */
    void late(int stream) {
        late.add(stream);
    }

    /** Refuses a request whose header section was too large; returns whether it was the first of its stream. */
    boolean refuseTooLarge(int id) {
        if (stream(id) != null || isClosing()) {
            return false;
        }
        try {
            requests.refuseTooLarge(codec.connection().remote().createStream(id, false));
            return true;
        } catch (Http2Exception e) {
            return false;
        }
    }

    /** Counts misbehaviour; returns whether the budget still holds. */
    boolean count(Http2Event kind) {
        return misbehaviour.count(kind);
    }

    void misbehaved() {
        end(Http2Error.ENHANCE_YOUR_CALM, "too many frames of no use", Http2Event.CLOSED_MISBEHAVIOUR);
    }

    /** Called when the connection cannot go on. */
    void failed(Throwable cause, Http2Error code) {
        if (code == Http2Error.INTERNAL_ERROR) {
            LOG.error("a connection of HTTP/2 failed", cause);
        }
        boolean misbehaved = code == Http2Error.ENHANCE_YOUR_CALM;
        end(code, "", misbehaved ? Http2Event.CLOSED_MISBEHAVIOUR : Http2Event.CLOSED_PROTOCOL);
    }

    void tellBans() {
        owner.snapshot().misbehaved(peer.address());
    }

    void tell(Http2Event event) {
        owner.traffic().http2(event);
    }

    /** Ends the connection: says why, ends all streams, and closes once the client has read it. */
    void end(Http2Error code, String why, Http2Event event) {
        closing.end(code, why, event);
    }

    boolean isClosing() {
        return closing.isBegun();
    }

    void acknowledged() {
        clock.acknowledged();
    }

    /** Called when the client says that it begins no further stream. */
    void leaving() {
        closing.onceIdle();
    }

    void inputEnded() {
        closing.inputEnded();
    }

    @Override
    public void drain() {
        closing.drain();
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    Peer peer() {
        return peer;
    }

    @Override
    public boolean closeIfSilent(long nanos, Silence what) {
        boolean[] silent = {clock.isSilent(nanos, what)};
        forEachLeg(leg -> silent[0] |= leg.isSilent(nanos, what));
        if (silent[0]) {
            channel.close();
        }
        return silent[0];
    }

    @Override
    public void abort() {
        outflow.flushNow();
        channel.close();
    }

    /** Called when the channel is closed, before the streams are. */
    void inactive() {
        closing.closed();
        clock.close();
        owner.closed(this);
    }

    /** Called once the streams are closed, too, some of which may have said so. */
    void drop() {
        codec.writer().drop();
    }
}
