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
public enum Kind {
    /** Submissions and completions through rings in shared memory: a turn's reads and writes are one system call. */
    IO_URING {
        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return IoUringServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> clientChannel() {
            return IoUringSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagramChannel() {
            return IoUringDatagramChannel.class;
        }

        @Override
        @Nullable Throwable obstacle() {
            return IoUring.unavailabilityCause();
        }
    },

    /** Linux's readiness interface. */
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return EpollServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> clientChannel() {
            return EpollSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagramChannel() {
            return EpollDatagramChannel.class;
        }

        @Override
        @Nullable Throwable obstacle() {
            return Epoll.unavailabilityCause();
        }
    },

    /** The JDK's selectors. */
    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return NioServerSocketChannel.class;
        }

        @Override
        Class<? extends Channel> clientChannel() {
            return NioSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagramChannel() {
            return NioDatagramChannel.class;
        }

        @Override
        @Nullable Throwable obstacle() {
            return null;
        }
    };

    abstract IoHandlerFactory handlers();

    abstract Class<? extends ServerChannel> serverChannel();

    abstract Class<? extends Channel> clientChannel();

    abstract Class<? extends DatagramChannel> datagramChannel();

    /** Why it cannot be had here; null where it can. */
    abstract @Nullable Throwable obstacle();

    /**
     * The kind that the configuration asks for, or the first that works.
     *
     * @throws IOException where what it asks for does not
     */
    static Kind of(ServerConfig.Transport wanted) throws IOException {
        return switch (wanted) {
            case AUTO -> IO_URING.obstacle() == null ? IO_URING : EPOLL.obstacle() == null ? EPOLL : NIO;
            case IO_URING -> IO_URING.orRefuse();
            case EPOLL -> EPOLL.orRefuse();
            case NIO -> NIO;
        };
    }

    private Kind orRefuse() throws IOException {
        Throwable obstacle = obstacle();
        if (obstacle != null) {
            throw new IOException(
                    "server.transport: \"" + text() + "\" cannot be had here (expected: \"auto\", or what this machine offers): "
                            + obstacle.getMessage(),
                    obstacle);
        }
        return this;
    }

    /** As it is written in the configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
