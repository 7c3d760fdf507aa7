package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.exchange.ClientConnection;
import app.rcommerce.gateway.server.exchange.ClientLeg;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.RequestContent;
import app.rcommerce.gateway.server.exchange.Successor;
import app.rcommerce.gateway.server.exchange.websocket.OpenSocket;
import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.memory.Holding;
import app.rcommerce.gateway.server.memory.Reading;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.RequestHead;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import app.rcommerce.gateway.server.protocol.http1.Timeouts.For;
import app.rcommerce.gateway.server.protocol.http1.decode.RequestDecoder;
import app.rcommerce.gateway.server.protocol.websocket.WebSocketTunnel;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a client's HTTP/1.1 connection: how each response is framed, and whether the connection may serve
 * another request after it (RFC 9112 §6.3, §9.3). Confined to the connection's event loop.
 */
final class Http1Leg implements ClientLeg {

    /** Content of a refused request that is read and dropped to keep the connection, in bytes. */
    static final long DISCARD_MOST = 64 * 1024;

    private static final int UPGRADE_REQUIRED = 426;

    private final Http1Connection connection;
    private final ClientConnection.Owner owner;
    private final Channel channel;
    private final MessageWriter writer;
    private final Timeouts timeouts;
    private final Peer peer;
    private boolean keepAlive;
    private boolean http11;
    private boolean toHead;
    private boolean responseBegun;
    /** What the request under way takes of the holding. */
    private int held;
    /** Whether the framing marks the end of the response; otherwise closing the connection does. */
    private boolean sized;
    /** Whether the response is one that has no end of its own, so that closing the connection loses nothing. */
    private boolean streaming;

    private final Holding holding;

    Http1Leg(
            Http1Connection connection,
            ClientConnection.Owner owner,
            Channel channel,
            MessageWriter writer,
            Timeouts timeouts,
            Peer peer) {
        this.connection = connection;
        this.owner = owner;
        this.channel = channel;
        this.writer = writer;
        this.timeouts = timeouts;
        this.peer = peer;
        this.holding = Holding.of(channel);
    }

    /** Begins another request. */
    void begin(HttpRequest request) {
        http11 = request.protocolVersion().isKeepAliveDefault();
        responseBegun = false;
        sized = true;
        streaming = false;
        toHead = request.method().name().equals("HEAD");
        keepAlive = HttpUtil.isKeepAlive(request) && !owner.isDraining();
    }

    /** Has the request's memory counted. */
    void hold(RequestHead head) {
        int bytes = head.heapBytes();
        if (!holding.take(bytes)) {
            throw new BadRequest(Fault.OVERLOAD, "There is no memory left for further requests. Please retry.");
        }
        held = bytes;
    }

    /** Makes this request the last one of the connection. */
    void closeAfterwards() {
        keepAlive = false;
    }

    /** Whether the connection may serve another request. */
    boolean isKeptAlive() {
        return keepAlive;
    }

    /** Whether the response is one that has no end of its own. */
    boolean isStreaming() {
        return streaming;
    }

    /** Whether an interim answer could be sent now. */
    boolean isInterimTaken() {
        return http11 && !responseBegun;
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public long bytesUntaken() {
        return channel.bytesBeforeWritable();
    }

    @Override
    public void setReading(boolean wanted) {
        Reading.set(channel, wanted);
        RequestContent content = connection.content();
        if (content != null && !content.isEnded()) {
            timeouts.waitFor(wanted ? For.CONTENT : For.NOTHING);
        }
    }

    @Override
    public void reply(Reply reply) {
        CharSequence field = connectionField();
        // Whoever sends an Upgrade says that it is for this connection only (RFC 9110 §7.8, §15.5.22).
        writer.reply(reply, reply.status() == UPGRADE_REQUIRED ? "close, upgrade" : field, toHead);
        responseBegun = true;
        flush();
    }

    @Override
    public void replyHead(Reply reply) {
        writer.replyHead(reply, connectionField(), toHead);
        responseBegun = true;
    }

    @Override
    public void informational(ResponseHead head) {
        if (!http11) {
            return;
        }
        writer.interim(head);
        flush();
    }

    @Override
    public void begin(ResponseHead head) {
        sized = head.isContentless(toHead) || head.fields().contains(HttpHeaderNames.CONTENT_LENGTH);
        if (!sized && !http11) {
            // The end of the connection is the end of the content.
            keepAlive = false;
        }
        responseBegun = true;
        writer.response(head, connectionField(), toHead, http11);
    }

    /** The value of the field {@code Connection}; null for none. Decides whether the connection is kept alive. */
    private @Nullable CharSequence connectionField() {
        RequestContent content = connection.content();
        boolean early = content != null && !content.isEnded() && !content.isWorthDiscarding(DISCARD_MOST);
        if (early || owner.isDraining()) {
            keepAlive = false;
        }
        if (!keepAlive) {
            return HttpHeaderValues.CLOSE;
        }
        return http11 ? null : HttpHeaderValues.KEEP_ALIVE;
    }

    @Override
    public void write(ByteBuf content, @Nullable HttpHeaders trailers) {
        writer.content(content, trailers);
        if (!channel.isWritable() && timeouts.waiting() == For.NOTHING) {
            timeouts.waitFor(For.CLIENT_READS);
        }
    }

    @Override
    public void switchProtocols(ResponseHead head, OpenSocket socket, Consumer<ChannelHandler> upstream) {
        switchProtocols(head, socket, (owned, client, outbox, opened) -> {
            WebSocketTunnel tunnel = new WebSocketTunnel(owned, client, outbox, opened);
            upstream.accept(tunnel.upstreamHandler());
            return tunnel;
        });
    }

    @Override
    public void switchProtocols(ResponseHead head, OpenSocket socket, Successor.Factory after) {
        responseBegun = true;
        head.fields().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        writer.response(head, HttpHeaderValues.UPGRADE, false, false);
        writer.flushNow();
        Successor successor = after.of(owner, channel, writer.outbox(), socket);
        timeouts.close();
        connection.switched();
        channel.pipeline().addLast(successor.handler()).remove(connection);
        // What the client has sent behind its request goes to the next handler.
        channel.pipeline().remove(RequestDecoder.class);
        owner.replaced(connection, successor);
        successor.begin();
    }

    @Override
    public void beginStream(ResponseHead head) {
        sized = head.isContentless(toHead);
        streaming = !sized;
        keepAlive = false;
        responseBegun = true;
        writer.response(head, connectionField(), toHead, false);
    }

    @Override
    public long bytesPending() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void flushNow() {
        writer.flushNow();
    }

    @Override
    public boolean isResponseBegun() {
        return responseBegun;
    }

    @Override
    public void abort() {
        // What was passed on before things went wrong still goes out.
        writer.flushNow();
        if (responseBegun && !sized && !streaming && !http11) {
            // The end of the connection would be the end of a whole answer: it is reset (RFC 9112 §8).
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        if (responseBegun) {
            Closing.abruptly(channel);
        } else {
            channel.close();
        }
    }

    @Override
    public void ended(Exchange exchange) {
        holding.give(held);
        held = 0;
        connection.ended(exchange);
    }
}
