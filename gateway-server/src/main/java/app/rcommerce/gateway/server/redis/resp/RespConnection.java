package app.rcommerce.gateway.server.redis.resp;

import app.rcommerce.gateway.server.memory.ReadBuffers;
import app.rcommerce.gateway.server.transport.QuietClose;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the gateway's own to one server, on one event loop. Commands are sent one behind the other without
 * waiting for answers, which come in the same order; with RESP3 the server can push messages in between. Confined to
 * its event loop.
 */
public final class RespConnection extends SimpleChannelInboundHandler<Object> {

    /** The listener of a connection, called on its event loop. */
    public interface Listener {
        /** Called when commands can be sent. */
        void opened(RespConnection connection);

        /** Called when the server has pushed a message. */
        default void pushed(List<Object> parts) {}

        /** Called when all has been handed on that was read at one time. */
        default void quiet() {}

        /** Called when the connection has ended, or could not be made; null where the server has just closed it. */
        void closed(@Nullable Throwable cause);
    }

    /** Who waits for the answer to a command. */
    @FunctionalInterface
    public interface Answer {
        /** Called with what the server answers. */
        void answered(Object value);

        /** Called in place of it where the connection has ended, unless {@link #close} ended it. */
        default void lost() {}
    }

    private static final int FIRST_BYTES = 1024;

    private final Listener listener;
    private final Deque<Answer> waiting = new ArrayDeque<>();
    private @Nullable Channel channel;
    private boolean over;

    private RespConnection(Listener listener) {
        this.listener = listener;
    }

    /** Begins to connect; the listener hears of the outcome, unless {@link #isOver} says it at once. */
    public static RespConnection open(
            EventLoop loop, Class<? extends Channel> kind, ServerAddress server, Duration timeout, Listener listener) {
        RespConnection connection = new RespConnection(listener);
        new Bootstrap()
                .group(loop)
                .channel(kind)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ReadBuffers.OPTION, new ReadBuffers())
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        connection.channel = made;
                        made.pipeline().addLast(new QuietClose());
                        server.encrypt(made);
                        made.pipeline().addLast(new RespDecoder(), connection);
                    }
                })
                .connect(server.address())
                .addListener((ChannelFutureListener) done -> {
                    if (done.isSuccess()) {
                        return;
                    }
                    // Of a channel that could not even be made Netty tells on a thread of its own.
                    if (loop.inEventLoop()) {
                        connection.end(done.cause());
                    } else {
                        loop.execute(() -> connection.end(done.cause()));
                    }
                });
        return connection;
    }

    /** Sends a command at once; the answer goes to {@code then}. Nothing happens where the connection is over. */
    public void send(List<String> words, Answer then) {
        if (over || channel == null) {
            return;
        }
        ByteBuf out = buffer();
        RespWriter.command(out, words);
        expect(then);
        send(out);
    }

    /** Sends a command at once whose answer is a push, or none. */
    public void tell(List<String> words) {
        if (!over && channel != null) {
            ByteBuf out = buffer();
            RespWriter.command(out, words);
            send(out);
        }
    }

    /** A buffer for {@link #send(ByteBuf)}. */
    public ByteBuf buffer() {
        Channel open = channel;
        return (open == null ? ByteBufAllocator.DEFAULT : open.alloc()).buffer(FIRST_BYTES);
    }

    /** Expects the answer to a command that is written into a buffer for {@link #send(ByteBuf)}, in the same order. */
    public void expect(Answer then) {
        waiting.add(then);
    }

    /** Sends commands whose answers are expected, and releases the buffer. */
    public void send(ByteBuf commands) {
        Channel open = channel;
        if (over || open == null) {
            commands.release();
        } else {
            open.writeAndFlush(commands, open.voidPromise());
        }
    }

    /** Whether an answer is expected. */
    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Closes the connection; the listener is not called, nor is who waits. */
    public void close() {
        over = true;
        waiting.clear();
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    /** Closes the connection and tells those who wait; the listener is not called. */
    public void abandon() {
        over = true;
        lose();
        close();
    }

    private void lose() {
        while (!waiting.isEmpty()) {
            waiting.remove().lost();
        }
    }

    public boolean isOver() {
        return over;
    }

    private void end(@Nullable Throwable why) {
        if (over) {
            return;
        }
        over = true;
        lose();
        listener.closed(why);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (over) {
            context.close();
        } else {
            listener.opened(this);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) {
        if (over) {
            return;
        }
        if (message instanceof RespDecoder.Pushed pushed && !isAnswer(pushed)) {
            listener.pushed(pushed.parts());
            return;
        }
        Answer then = waiting.poll();
        if (then == null) {
            fail(context, new DecoderException("an answer to no command"));
            return;
        }
        then.answered(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!over) {
            listener.quiet();
        }
    }

    /**
     * Whether a pushed message is the answer to a subscription, which Redis sends as a push. That a subscription to a
     * channel of a shard has ended it tells unasked too, where the shard moves.
     */
    private static boolean isAnswer(RespDecoder.Pushed pushed) {
        Object kind = pushed.parts().getFirst();
        return kind.equals("subscribe") || kind.equals("unsubscribe") || kind.equals("ssubscribe");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        fail(context, failure);
    }

    /**
     * Ends the connection before it closes: of what has been read, or is yet read until then, nothing is an answer,
     * since nobody knows to which command.
     */
    private void fail(ChannelHandlerContext context, Throwable failure) {
        end(failure);
        context.close();
    }
}
