package app.rcommerce.gateway.server.protocol.websocket;

import app.rcommerce.gateway.limit.count.Pace;
import app.rcommerce.gateway.route.WebSocketRule;
import app.rcommerce.gateway.server.memory.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of a relayed WebSocket: what its connection brings is checked, counted and written to that of the other
 * side, which is read no further while that one takes no more. It holds no bytes but those that wait for the other
 * side, up to its channel's bound and one read. Confined to one event loop.
 */
final class TunnelSide extends ChannelInboundHandlerAdapter implements FrameWalker.Watcher {

    /** A fragment of less content is small, in bytes. */
    private static final int SMALL = 256;
    /** So many small frames are allowed in half a minute, however few messages may be. */
    private static final int LEAST_SMALL = 200;

    private static final long LEAST_NANOS = Duration.ofSeconds(30).toNanos();

    private static final Fault TOO_MANY_SMALL =
            new Fault(CloseCodes.POLICY_VIOLATION, "too many pings, or fragments of messages");

    private final WebSocketTunnel tunnel;
    private final boolean isClient;
    private final FrameWalker walker;
    private final @Nullable Pace pace;
    /** Of frames that are no message and carry hardly anything: they must not be the way around the bound on those. */
    private final @Nullable Pace smallPace;

    private @Nullable Channel channel;
    private boolean unflushed;
    private boolean dropping;
    private boolean closing;
    private boolean heard;
    private boolean data;
    /** Since when the connection takes nothing; 0 while it does. */
    private long stuckNanos;

    private long bytes;
    private int newMessages;
    private long newBytes;

    TunnelSide(WebSocketTunnel tunnel, boolean isClient) {
        this.tunnel = tunnel;
        this.isClient = isClient;
        this.walker = new FrameWalker(isClient, tunnel.socket().reservedBits(), this);
        WebSocketRule.MessageRate rate = isClient ? tunnel.socket().rule().messages() : null;
        this.pace = rate == null ? null : new Pace(rate.most(), rate.window().toNanos(), System.nanoTime());
        this.smallPace = rate == null ? null : smallPace(rate);
    }

    private static Pace smallPace(WebSocketRule.MessageRate rate) {
        long nanos = rate.window().toNanos();
        boolean isFaster = nanos / rate.most() < LEAST_NANOS / LEAST_SMALL;
        return new Pace(isFaster ? rate.most() : LEAST_SMALL, isFaster ? nanos : LEAST_NANOS, System.nanoTime());
    }

    /** Makes it the side of this channel, before the handler is added to it. */
    void of(Channel connection) {
        channel = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    Channel channel() {
        return Objects.requireNonNull(channel, "a side has a channel from its beginning");
    }

    /** All bytes that it has brought and that were passed on. */
    long bytes() {
        return bytes;
    }

    /** Whether what it has brought ends with a frame, as far as it was passed on. */
    boolean isAtBoundary() {
        return walker.isAtBoundary();
    }

    /** Whether it has sent a close frame. */
    boolean isClosed() {
        return walker.isClosed();
    }

    /** Whether anything has come since this was asked last. */
    boolean takeHeard() {
        boolean was = heard;
        heard = false;
        return was;
    }

    /** Whether any data frame has come since this was asked last. */
    boolean takeData() {
        boolean was = data;
        data = false;
        return was;
    }

    /** Passes on nothing more of what it brings. */
    void drop() {
        dropping = true;
    }

    boolean isDropping() {
        return dropping;
    }

    boolean isReading() {
        return Reading.isWanted(channel());
    }

    void setReading(boolean wanted) {
        Reading.set(channel(), wanted);
    }

    /** Whether it has taken nothing for so many nanoseconds. */
    boolean isStuck(long now, long nanos) {
        return stuckNanos != 0 && now - stuckNanos >= nanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ReferenceCountUtil.release(message);
            return;
        }
        heard = true;
        boolean wasClosed = walker.isClosed();
        Fault fault = walker.walk(in);
        if (fault != null && !dropping) {
            tunnel.faulty(this, fault);
        } else if (!wasClosed && walker.isClosed() && !dropping) {
            tunnel.closed(this, closeCode);
        }
    }

    private int closeCode;

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (newBytes > 0) {
            tunnel.socket().passed(isClient, newMessages, newBytes);
            bytes += newBytes;
            newBytes = 0;
            newMessages = 0;
        }
        tunnel.read(this);
        tunnel.opposite(this).flush();
    }

    @Override
    public @Nullable Fault data(boolean first, long frameBytes, long messageBytes) {
        data = true;
        if (messageBytes > tunnel.socket().rule().maxMessage()) {
            return new Fault(CloseCodes.TOO_LARGE, "a message is too large");
        }
        if (first) {
            newMessages++;
            if (pace != null && !pace.take(System.nanoTime())) {
                return new Fault(CloseCodes.POLICY_VIOLATION, "too many messages");
            }
        } else if (frameBytes < SMALL) {
            return small();
        }
        return null;
    }

    private @Nullable Fault small() {
        return smallPace == null || smallPace.take(System.nanoTime()) ? null : TOO_MANY_SMALL;
    }

    @Override
    public @Nullable Fault control() {
        return small();
    }

    @Override
    public boolean control(int opcode, byte[] content) {
        return !(isClient && opcode == FrameWalker.PONG && tunnel.isOurs(content));
    }

    @Override
    public void close(int code) {
        closeCode = code;
    }

    @Override
    public void pass(ByteBuf frames) {
        if (dropping) {
            frames.release();
            return;
        }
        newBytes += frames.readableBytes();
        TunnelSide to = tunnel.opposite(this);
        to.write(frames);
        if (!to.channel().isWritable()) {
            setReading(false);
        }
    }

    private void write(ByteBuf frames) {
        Channel to = channel();
        to.write(frames, to.voidPromise());
        unflushed = true;
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            channel().flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        boolean writable = channel().isWritable();
        stuckNanos = writable ? 0 : Math.max(1, System.nanoTime());
        if (writable && !closing) {
            tunnel.opposite(this).setReading(true);
        }
    }

    /** Sends a ping. */
    void sendPing(long content) {
        write(ControlFrames.ping(channel().alloc(), content));
        flush();
    }

    /**
     * Sends a close frame to this side, where what it has been sent ends with a frame.
     *
     * @return when it has been given to the socket
     */
    ChannelFuture sendClose(int code, String reason) {
        Channel to = channel();
        boolean sent = closing
                || !tunnel.opposite(this).isAtBoundary()
                || tunnel.opposite(this).isClosed();
        return to.writeAndFlush(
                sent ? Unpooled.EMPTY_BUFFER : ControlFrames.close(to.alloc(), !isClient, code, reason));
    }

    /** Closes the connection once it has taken everything. */
    void closeOnceTaken() {
        if (!closing) {
            closing = true;
            dropping = true;
            channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Closes the connection at once. */
    void close() {
        channel().close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            tunnel.gone(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        tunnel.gone(this);
        if (isClient) {
            tunnel.finished();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel().close();
    }
}
