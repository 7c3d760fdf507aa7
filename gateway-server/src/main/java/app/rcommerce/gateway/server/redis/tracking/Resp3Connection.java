package app.rcommerce.gateway.server.redis.tracking;

import app.rcommerce.gateway.server.transport.ReadBuffers;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the gateway's own to one master, in RESP3, on which Redis can push messages; Redisson's connections
 * carry requests and answers only. Confined to its event loop.
 */
final class Resp3Connection extends SimpleChannelInboundHandler<Object> {

    private static final int CONNECT_MILLIS = 1000;

    /** The listener of a connection, called on its event loop. */
    interface PushListener {
        /** Called when the connection can be used. */
        void opened(Resp3Connection connection);

        /** Called when Redis has pushed a message. */
        void pushed(List<Object> parts);

        /** Called when the connection has ended, or could not be made. */
        void closed();
    }

    /**
     * The address of the master to connect to.
     *
     * @param address where it is
     * @param host its name, for the certificate
     * @param tls how the connection is encrypted; null for not at all
     */
    record MasterAddress(
            InetSocketAddress address,
            String host,
            @Nullable SslContext tls) {}

    private final PushListener listener;
    private final Deque<Consumer<Object>> waiting = new ArrayDeque<>();
    private @Nullable Channel channel;
    private boolean over;

    private Resp3Connection(PushListener listener) {
        this.listener = listener;
    }

    /** Begins to connect; the listener hears of the outcome. */
    static Resp3Connection open(
            EventLoop loop, Class<? extends Channel> kind, MasterAddress master, PushListener listener) {
        Resp3Connection connection = new Resp3Connection(listener);
        new Bootstrap()
                .group(loop)
                .channel(kind)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ReadBuffers.OPTION, new ReadBuffers())
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        connection.channel = made;
                        SslContext tls = master.tls();
                        if (tls != null) {
                            made.pipeline()
                                    .addLast(tls.newHandler(
                                            made.alloc(),
                                            master.host(),
                                            master.address().getPort()));
                        }
                        made.pipeline().addLast(new RespDecoder(), connection);
                    }
                })
                .connect(master.address())
                .addListener((ChannelFutureListener) done -> {
                    if (!done.isSuccess()) {
                        connection.end();
                    }
                });
        return connection;
    }

    /** Sends a command; the answer goes to {@code then}, unless the connection ends before. */
    void send(List<String> words, Consumer<Object> then) {
        Channel open = channel;
        if (over || open == null) {
            return;
        }
        ByteBuf out = open.alloc().buffer(128);
        ByteBufUtil.writeAscii(out, "*" + words.size() + "\r\n");
        for (String word : words) {
            ByteBufUtil.writeAscii(out, "$" + ByteBufUtil.utf8Bytes(word) + "\r\n");
            ByteBufUtil.writeUtf8(out, word);
            ByteBufUtil.writeAscii(out, "\r\n");
        }
        waiting.add(then);
        open.writeAndFlush(out);
    }

    /** Closes the connection; the listener is not called. */
    void close() {
        over = true;
        waiting.clear();
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    boolean isOver() {
        return over;
    }

    private void end() {
        if (!over) {
            over = true;
            waiting.clear();
            listener.closed();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        listener.opened(this);
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
        Consumer<Object> then = waiting.poll();
        if (then == null) {
            context.close();
            return;
        }
        then.accept(message);
    }

    /** Whether a pushed message is the answer to a subscription, which Redis sends as a push. */
    private static boolean isAnswer(RespDecoder.Pushed pushed) {
        Object kind = pushed.parts().getFirst();
        return kind.equals("subscribe") || kind.equals("unsubscribe");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
