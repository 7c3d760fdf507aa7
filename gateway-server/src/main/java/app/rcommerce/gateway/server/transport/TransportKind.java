package app.rcommerce.gateway.server.transport;

import app.rcommerce.gateway.config.ServerConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of transport between event loops and the kernel. */
public enum TransportKind {
    /**
     * io_uring: submissions and completions through rings in shared memory, by which a turn's reads and writes are one
     * system call.
     */
    IO_URING(IoUringServerSocketChannel.class, IoUringSocketChannel.class, IoUringDatagramChannel.class),

    /** epoll, the readiness interface of Linux. */
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class, EpollDatagramChannel.class),

    /** The selectors of the JDK. */
    NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class);

    /**
     * Turns multishot polling off. With it Netty's io_uring asks once when a socket can be read and is told of changes
     * only; a reset that arrives together with data is then no change, and goes unnoticed (seen in 4.2.18).
     */
    private static final String POLL_ONCE = "io.netty.iouring.pollAddMultishotEnabled";

    /**
     * Turns multishot accepting off. With it Netty asks again at once, without any pause, when no connection can be
     * accepted.
     */
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
            case IO_URING -> DrainingIoHandler.of(IoUringIoHandler.newFactory());
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

    /** The first kind that works on this machine. */
    static TransportKind best() {
        return IO_URING.isAvailable() ? IO_URING : EPOLL.isAvailable() ? EPOLL : NIO;
    }

    /** The reason why this kind is unavailable; null where it is available. */
    private @Nullable Throwable obstacle() {
        return switch (this) {
            case IO_URING -> IoUring.unavailabilityCause();
            case EPOLL -> Epoll.unavailabilityCause();
            case NIO -> null;
        };
    }

    /** The option by which several sockets share an address, and the kernel divides connections among them. */
    ChannelOption<Boolean> reusePort() {
        return this == NIO ? NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT) : UnixChannelOption.SO_REUSEPORT;
    }

    /** Whether this system knows that option. */
    boolean canReusePort() {
        if (this != NIO) {
            return true;
        }
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            return channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        } catch (IOException e) {
            return false;
        }
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

    /** The name in the configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
