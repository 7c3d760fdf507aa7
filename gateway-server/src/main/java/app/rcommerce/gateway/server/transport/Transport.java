package app.rcommerce.gateway.server.transport;

import app.rcommerce.gateway.config.ServerConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NameResolver;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The event loops, and the channel types that work on them. Names are resolved by Netty, so that no loop waits for a
 * name server. Safe for any thread.
 *
 * @param kind how the loops talk to the kernel
 * @param reusePort whether other processes may listen where this one does
 * @param group the event loops
 * @param resolver resolves host names
 * @param outboxes what each loop has written and not yet flushed
 */
public record Transport(
        TransportKind kind,
        boolean reusePort,
        EventLoopGroup group,
        AddressResolverGroup<InetSocketAddress> resolver,
        Map<EventExecutor, Outbox> outboxes) {

    /**
     * Event loops that do tasks for a millisecond at a time, or 64 of them, before they look at their sockets again. By
     * default Netty does tasks for a second: when thousands of clients run out of time at once, whose time-outs are
     * tasks, all others would wait until the last of them is closed.
     */
    private static final class EventLoops extends MultiThreadIoEventLoopGroup {

        private static final long TASKS_MILLIS = 1;

        EventLoops(int loops, DefaultThreadFactory threads, IoHandlerFactory handlers) {
            super(loops, threads, handlers);
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... none) {
            return new SingleThreadIoEventLoop(
                    this, executor, handlers, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASKS_MILLIS);
        }
    }

    /**
     * Resolvers of host names, one of each event loop with a datagram channel of its own, which are made when a loop
     * first needs one. Once they are closed none is made any more.
     */
    static final class NameResolvers extends DnsAddressResolverGroup {

        private static final long CLOSE_MILLIS = 500;

        private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        private volatile boolean closed;

        NameResolvers(ChannelFactory<? extends DatagramChannel> channels) {
            super(new DnsNameResolverBuilder().datagramChannelFactory(channels));
        }

        /** Asked under the lock that {@link #close} takes: a resolver is closed there, or not made. */
        @Override
        protected NameResolver<InetAddress> newNameResolver(
                EventLoop loop,
                ChannelFactory<? extends DatagramChannel> factory,
                DnsServerAddressStreamProvider nameServers)
                throws Exception {
            if (closed) {
                throw new IllegalStateException("no name is resolved any more: the event loops stop");
            }
            return super.newNameResolver(
                    loop,
                    () -> {
                        DatagramChannel channel = factory.newChannel();
                        channels.add(channel);
                        return channel;
                    },
                    nameServers);
        }

        /**
         * Closes all channels, and waits up to half a second for it: io_uring closes one only when what was under way
         * on it has come back, and a loop that ends before that loses the buffer that the kernel was given. Not from an
         * event loop.
         */
        @Override
        public void close() {
            closed = true;
            super.close();
            long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
            for (Channel channel : channels) {
                channel.closeFuture().awaitUninterruptibly(due - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        }
    }

    /** Starts so many event loops, with addresses of their own. */
    public static Transport start(int workers, ServerConfig.Transport wanted) throws IOException {
        return start(workers, wanted, false);
    }

    /**
     * Starts so many event loops; 0 for one per processor.
     *
     * @param reusePort whether other processes of the same user may listen on the same addresses at the same time
     * @throws IOException where the transport that is asked for cannot be had, saying why
     */
    public static Transport start(int workers, ServerConfig.Transport wanted, boolean reusePort) throws IOException {
        TransportKind kind = TransportKind.of(wanted);
        if (reusePort && !kind.canReusePort()) {
            throw new IOException("server.reuse_port: true cannot be had with the transport \"" + kind.text()
                    + "\" on this system (expected: false, or Linux)");
        }
        int loops = workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
        EventLoopGroup group = new EventLoops(loops, new DefaultThreadFactory("gateway"), kind.handlers());
        NameResolvers resolver = new NameResolvers(new ReflectiveChannelFactory<>(kind.datagramChannel()));
        Map<EventExecutor, Outbox> outboxes = new HashMap<>();
        group.forEach(executor -> outboxes.put(executor, new Outbox((EventLoop) executor)));
        return new Transport(kind, reusePort, group, resolver, outboxes);
    }

    /**
     * One more event loop of the same kind, for what must not take time from the others; whoever asks for it ends it.
     */
    public EventLoopGroup separateLoop(String name) {
        return new EventLoops(1, new DefaultThreadFactory(name, true), kind.handlers());
    }

    /** Loads the native transport, so that a later start finds it loaded. */
    public static void preload() {
        TransportKind.best();
        DefaultChannelId.newInstance();
        ByteBufAllocator.DEFAULT.ioBuffer().release();
    }

    /** The reason why an address cannot be bound; it has a text also where the failure has none. */
    public static String bindFailure(Throwable failure) {
        return failure instanceof UnresolvedAddressException
                ? "the host has no address"
                : String.valueOf(failure.getMessage());
    }

    /** A bootstrap of a listening socket whose connections are served by the group. */
    public ServerBootstrap listening(EventLoopGroup loops) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(kind.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true);
        return reusePort ? bootstrap.option(kind.reusePort(), true) : bootstrap;
    }

    /** The type of outgoing channels. */
    public Class<? extends Channel> clientChannel() {
        return kind.clientChannel();
    }

    /** The outbox of this loop. */
    public Outbox outbox(EventLoop loop) {
        return Objects.requireNonNull(outboxes.get(loop), "the loop is one of this transport's");
    }

    /** Stops the loops; waits up to two seconds for what they are doing. */
    public void stop() {
        resolver.close();
        // Not at once: io_uring closes a channel only when what was under way on it has come back, in another turn.
        group.shutdownGracefully(1, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2500);
    }
}
