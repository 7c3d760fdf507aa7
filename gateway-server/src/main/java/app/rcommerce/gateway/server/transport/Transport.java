package app.rcommerce.gateway.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The event loops and the kinds of channels on them: epoll where the platform has it, NIO elsewhere. Names are resolved
 * by Netty, so that no loop ever waits for a name server.
 *
 * @param group the event loops
 * @param serverChannel the type of listening channels
 * @param clientChannel the type of outgoing channels
 * @param resolver resolves host names
 * @param isEpoll whether the native transport is in use
 * @param outboxes what each loop has written and not yet flushed
 */
public record Transport(
        EventLoopGroup group,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends Channel> clientChannel,
        DnsAddressResolverGroup resolver,
        boolean isEpoll,
        Map<EventExecutor, Outbox> outboxes) {

    /** Starts so many event loops; 0 for one per processor. */
    public static Transport start(int workers) {
        int loops = workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("gateway"), factory);
        DnsAddressResolverGroup resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelType(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class));
        Map<EventExecutor, Outbox> outboxes = new HashMap<>();
        group.forEach(executor -> outboxes.put(executor, new Outbox((EventLoop) executor)));
        return epoll
                ? new Transport(group, EpollServerSocketChannel.class, EpollSocketChannel.class, resolver, true, outboxes)
                : new Transport(group, NioServerSocketChannel.class, NioSocketChannel.class, resolver, false, outboxes);
    }

    /** What this loop has written and not yet flushed. */
    public Outbox outbox(EventLoop loop) {
        return Objects.requireNonNull(outboxes.get(loop), "the loop is one of this transport's");
    }

    /** Ends the loops; waits up to two seconds for what they are doing. */
    public void stop() {
        resolver.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2500);
    }
}
