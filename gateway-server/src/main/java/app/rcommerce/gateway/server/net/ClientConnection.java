package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.net.Patience.For;
import app.rcommerce.gateway.server.upstream.Failure;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's HTTP/1.1 connection: serves its requests one after the other, in order, however many it sends ahead; keeps
 * it alive or closes it; times out what takes too long. What belongs to one request alone is in its {@link Exchange}.
 * Confined to its event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements ClientLeg {

    /** Decoded objects kept from requests sent ahead before the socket is no longer read. */
    private static final int BACKLOG_HIGH = 32;
    /** Content of a refused request that is read and dropped to keep the connection. */
    private static final long DISCARD_MOST = 64 * 1024;
    /** How long an idle connection may still bring a request once the gateway is stopping. */
    private static final long QUIET_MILLIS = 500;

    private final Listener listener;
    private final RequestDecoder decoder;
    private final Channel channel;
    private final MessageWriter writer;
    private final Patience patience;
    private final byte[] peer;
    private final int localPort;
    private final Queue<HttpObject> backlog = new ArrayDeque<>(4);

    private @Nullable Exchange current;
    private boolean skipLast;
    private boolean discarding;
    private boolean lingering;
    private boolean keepAlive;
    private boolean http11;
    private boolean toHead;
    private boolean responseBegun;
    private boolean pumping;
    private boolean closeWhenIdle;
    private boolean inputEnded;

    ClientConnection(Listener listener, Channel channel, RequestDecoder decoder) {
        this.listener = listener;
        this.channel = channel;
        this.decoder = decoder;
        this.writer = new MessageWriter(channel, listener.outbox(channel.eventLoop()));
        this.patience =
                new Patience(channel.eventLoop(), () -> listener.snapshot().server(), this::timedOut);
        this.peer = channel.remoteAddress() instanceof InetSocketAddress address
                ? Addresses.bytes(address.getAddress())
                : new byte[4];
        this.localPort = channel.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        awaitRequest();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lingering || !(message instanceof HttpObject object)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (backlog.isEmpty() && isTurnOfNext()) {
            handle(object);
        } else {
            backlog.add(object);
            if (backlog.size() >= BACKLOG_HIGH) {
                channel.config().setAutoRead(false);
            }
        }
    }

    /**
     * Whether the next object can be handled: it belongs to the request under way, or none is. A client that takes no
     * answers gets no further ones: they would pile up here.
     */
    private boolean isTurnOfNext() {
        if (skipLast || discarding) {
            return true;
        }
        return current == null
                ? channel.isWritable()
                : !current.requestContent().isEnded();
    }

    /** One object that it is the turn of. */
    private void handle(HttpObject object) {
        if (skipLast && object instanceof LastHttpContent) {
            skipLast = false;
            ReferenceCountUtil.release(object);
            return;
        }
        if (discarding) {
            discard(object);
        } else if (object instanceof HttpRequest request) {
            begin(request);
        } else if (object instanceof HttpContent content && current != null) {
            content(current, content);
        } else {
            ReferenceCountUtil.release(object);
        }
    }

    private void begin(HttpRequest request) {
        patience.waitFor(For.NOTHING);
        patience.begin();
        http11 = request.protocolVersion().isKeepAliveDefault();
        responseBegun = false;
        keepAlive = HttpUtil.isKeepAlive(request) && !listener.isDraining();
        Snapshot snapshot = listener.snapshot();
        IncomingRequest incoming;
        try {
            incoming = IncomingRequest.check(request);
        } catch (BadRequest bad) {
            refuse(bad);
            return;
        }
        toHead = incoming.method().equals("HEAD");
        boolean hasContent = HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
        if (hasContent && inputEnded && !isContentWhole()) {
            // The rest can never come: nobody upstream should wait for it.
            closeOnceTaken();
            return;
        }
        skipLast = !hasContent;
        Exchange exchange = new Exchange(this, snapshot, incoming, listener.traffic(), hasContent);
        current = exchange;
        exchange.start();
        if (current == exchange && hasContent) {
            patience.waitFor(For.CONTENT);
        }
    }

    /** Whether the content of the request whose head was just taken waits here to its end. */
    private boolean isContentWhole() {
        for (HttpObject object : backlog) {
            if (object instanceof HttpRequest) {
                return false;
            }
            if (object instanceof LastHttpContent) {
                return true;
            }
        }
        return false;
    }

    private void content(Exchange exchange, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            keepAlive = false;
            exchange.requestBroken(
                    BadRequest.malformed("its content cannot be read").denial());
            return;
        }
        boolean last = content instanceof LastHttpContent;
        patience.arrived(content.content().readableBytes());
        patience.waitFor(last ? For.NOTHING : For.CONTENT);
        exchange.requestContent(content);
    }

    /** A request too broken to become an exchange. */
    private void refuse(BadRequest bad) {
        keepAlive = false;
        String requestId = RequestIds.random();
        Reply reply = OutgoingResponse.refusal(bad.denial(), requestId);
        writer.reply(reply, HttpHeaderValues.CLOSE, false);
        listener.traffic()
                .finished(Finished.refused(bad.denial(), requestId, Addresses.format(peer), reply.body().length));
        linger();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (current != null) {
            current.requestReadComplete();
        }
        if (current == null && patience.waiting() == For.REQUEST && decoder.isMidHead()) {
            patience.waitFor(For.HEAD);
        }
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public byte[] peer() {
        return peer;
    }

    @Override
    public int localPort() {
        return localPort;
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
        channel.config().setAutoRead(wanted);
        if (current != null && !current.requestContent().isEnded()) {
            patience.waitFor(wanted ? For.CONTENT : For.NOTHING);
        }
    }

    @Override
    public void reply(Reply reply) {
        writer.reply(reply, connectionField(), toHead);
        responseBegun = true;
        flush();
    }

    @Override
    public void replyHead(Reply reply) {
        writer.replyHead(reply, connectionField(), toHead);
        responseBegun = true;
    }

    @Override
    public void informational(HttpResponse response) {
        if (!http11) {
            return;
        }
        writer.response(response, false);
        flush();
    }

    @Override
    public void begin(HttpResponse response, boolean bodyless) {
        boolean sized = response.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        if (!bodyless && !sized) {
            if (http11) {
                HttpUtil.setTransferEncodingChunked(response, true);
            } else {
                response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
                keepAlive = false;
            }
        }
        CharSequence connection = connectionField();
        if (connection != null) {
            response.headers().set(HttpHeaderNames.CONNECTION, connection);
        }
        responseBegun = true;
        writer.response(response, toHead);
    }

    /** What the answer says of the connection; null where it says nothing. Decides whether the connection is kept. */
    private @Nullable CharSequence connectionField() {
        RequestContent content = current == null ? null : current.requestContent();
        boolean early = content != null && !content.isEnded() && !content.isWorthDiscarding(DISCARD_MOST);
        if (early || listener.isDraining()) {
            keepAlive = false;
        }
        if (!keepAlive) {
            return HttpHeaderValues.CLOSE;
        }
        return http11 ? null : HttpHeaderValues.KEEP_ALIVE;
    }

    @Override
    public void write(HttpContent content) {
        writer.content(content);
        if (!channel.isWritable() && patience.waiting() == For.NOTHING) {
            patience.waitFor(For.CLIENT_READS);
        }
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public boolean isResponseBegun() {
        return responseBegun;
    }

    @Override
    public void abort() {
        // What was passed on before things went wrong still goes out.
        writer.flushNow();
        channel.close();
    }

    @Override
    public void ended(Exchange exchange) {
        if (current != exchange) {
            return;
        }
        current = null;
        if (!keepAlive || listener.isDraining()) {
            if (exchange.requestContent().isEnded()
                    && backlog.isEmpty()
                    && channel.config().isAutoRead()) {
                closeOnceTaken();
            } else {
                linger();
            }
            return;
        }
        flush();
        if (!exchange.requestContent().isEnded()) {
            if (!exchange.requestContent().isWorthDiscarding(DISCARD_MOST)) {
                linger();
                return;
            }
            discarding = true;
            channel.config().setAutoRead(true);
            patience.waitFor(For.CONTENT);
        }
        pump();
    }

    private void discard(HttpObject object) {
        boolean last = object instanceof LastHttpContent;
        ReferenceCountUtil.release(object);
        if (object.decoderResult().isFailure()) {
            linger();
        } else if (last) {
            discarding = false;
            pump();
        }
    }

    /** Serves what was sent ahead, without growing the stack. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!backlog.isEmpty() && !lingering && isTurnOfNext()) {
                handle(backlog.remove());
            }
        } finally {
            pumping = false;
        }
        if (current != null) {
            current.requestReadComplete();
        }
        if (backlog.isEmpty() && !channel.config().isAutoRead() && current == null) {
            channel.config().setAutoRead(true);
        }
        if (current == null && !discarding && !lingering) {
            if (closeWhenIdle) {
                closeOnceTaken();
            } else {
                awaitRequest();
            }
        }
    }

    private void awaitRequest() {
        if (!channel.isWritable()) {
            patience.waitFor(For.CLIENT_READS);
        } else {
            patience.waitFor(decoder.isMidHead() ? For.HEAD : For.REQUEST);
        }
    }

    /** Closes once the client has taken everything; it does not get for ever. */
    private void closeOnceTaken() {
        lingering = true;
        patience.waitFor(For.CLIENT_READS);
        writer.settle();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Closes the connection without destroying what the client has yet to read: our side ends, and what still arrives
     * is dropped for a while (RFC 9112 §9.6).
     */
    private void linger() {
        lingering = true;
        dropBacklog();
        patience.waitFor(For.CLIENT_READS);
        writer.settle();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive() && !inputEnded) {
                duplex.shutdownOutput();
                channel.config().setAutoRead(true);
                patience.waitFor(For.CLIENT_CLOSES);
            } else {
                channel.close();
            }
        });
    }

    private void dropBacklog() {
        backlog.forEach(ReferenceCountUtil::release);
        backlog.clear();
    }

    /**
     * The gateway is stopping: the connection ends after the request under way. One that is idle is given a little
     * longer, since a request may be on its way already, and is then closed gently.
     */
    void drain() {
        channel.eventLoop().schedule(this::endWhenIdle, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endWhenIdle() {
        closeWhenIdle = true;
        if (current == null && backlog.isEmpty() && !decoder.isMidHead() && !discarding && !lingering) {
            linger();
        }
    }

    /** Closes a client that has taken nothing for so long; answers whether it has. */
    boolean closeIfSilent(long nanos) {
        boolean silent = patience.waiting() == For.CLIENT_READS && patience.waitedNanos() > nanos;
        if (silent) {
            channel.close();
        }
        return silent;
    }

    private void timedOut(For was) {
        if (was == For.CONTENT && current != null) {
            keepAlive = false;
            current.clientFailed(new Failure(
                    Failure.Source.CLIENT, Failure.Kind.TIMEOUT, "the request's content did not arrive in time"));
            return;
        }
        channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
            inputEnded = true;
            inputEnded();
        }
    }

    /**
     * The client sends no more. Whoever has sent whole requests may be waiting for the answers (RFC 9112 §9.6 lets a
     * client end its side); whoever has closed everything looks the same until something is sent to it.
     */
    private void inputEnded() {
        boolean whole =
                current == null ? !backlog.isEmpty() : current.requestContent().isEnded();
        if (lingering || !whole) {
            channel.close();
            return;
        }
        closeWhenIdle = true;
        new Probe(channel, writer, this::isProbed).begin();
    }

    /** Whether a client that has ended its side can be probed: it speaks HTTP/1.1 and waits for an answer. */
    private boolean isProbed() {
        return current != null && !responseBegun && http11 && channel.isActive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (patience.waiting() == For.CLIENT_READS && channel.isWritable()) {
            patience.waitFor(For.NOTHING);
        }
        if (!channel.isWritable()) {
            return;
        }
        if (current != null) {
            current.clientWritable();
        } else {
            pump();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        patience.close();
        writer.drop();
        dropBacklog();
        Exchange exchange = current;
        current = null;
        if (exchange != null) {
            exchange.clientGone();
        }
        listener.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }
}
