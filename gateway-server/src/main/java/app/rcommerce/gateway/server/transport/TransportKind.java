package app.rcommerce.gateway.server.transport;

import app.rcommerce.gateway.config.ServerConfig;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How event loops talk to the kernel. */
public enum TransportKind {
    /** Submissions and completions through rings in shared memory: a turn's reads and writes are one system call. */
    IO_URING(IoUringServerSocketChannel.class, IoUringSocketChannel.class, IoUringDatagramChannel.class),

    /** Linux's readiness interface. */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class, EpollDatagramChannel.class),

    /** The JDK's selectors. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class);

    /**
     * Netty's io_uring asks once for all times when a socket can be read and is told of changes only: a reset that
     * arrives with data is then no change any more, and is never noticed (seen in 4.2.18). Asked each time, it is told.
     */
    private static final String POLL_ONCE = "io.netty.iouring.pollAddMultishotEnabled";

    /** Likewise it asks once for all connections, and asks again at once when none can be had, without any pause. */
    private static final String ACCEPT_ONCE = "io.netty.iouring.acceptMultiShotEnabled";

    static {
        for (String once : new String[] {POLL_ONCE, ACCEPT_ONCE}) {
            if (System.getProperty(once) == null) {
                System.setProperty(once, "false");
            }
        }
    }

    private final Class<? extends ServerChannel> serverChannel;
    private final Class<? extends Channel> clientChannel;
    private final Class<? extends DatagramChannel> datagramChannel;

    TransportKind(
            Class<? extends ServerChannel> serverChannel,
            Class<? extends Channel> clientChannel,
            Class<? extends DatagramChannel> datagramChannel) {
        this.serverChannel = serverChannel;
        this.clientChannel = clientChannel;
        this.datagramChannel = datagramChannel;
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case IO_URING -> IoUringIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    Class<? extends Channel> clientChannel() {
        return clientChannel;
    }

    Class<? extends DatagramChannel> datagramChannel() {
        return datagramChannel;
    }

    /**
     * The kind that the configuration asks for, or the first that works.
     *
     * @throws IOException where what it asks for does not
     */
    static TransportKind of(ServerConfig.Transport wanted) throws IOException {
        return switch (wanted) {
            case AUTO -> best();
            case IO_URING -> IO_URING.orRefuse();
            case EPOLL -> EPOLL.orRefuse();
            case NIO -> NIO;
        };
    }

    /** The first that works here. */
    static TransportKind best() {
        return IO_URING.isAvailable() ? IO_URING : EPOLL.isAvailable() ? EPOLL : NIO;
    }

    /** Why it cannot be had here; null where it can. */
    private @Nullable Throwable obstacle() {
        return switch (this) {
            case IO_URING -> IoUring.unavailabilityCause();
            case EPOLL -> Epoll.unavailabilityCause();
            case NIO -> null;
        };
    }

    private boolean isAvailable() {
        return obstacle() == null;
    }

    private TransportKind orRefuse() throws IOException {
        Throwable why = obstacle();
        if (why != null) {
            throw new IOException(
                    "server.transport: \"" + text()
                            + "\" cannot be had here (expected: \"auto\", or what this machine offers): "
                            + why.getMessage(),
                    why);
        }
        return this;
    }

    /** As it is written in the configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
