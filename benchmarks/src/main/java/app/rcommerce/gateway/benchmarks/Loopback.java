package app.rcommerce.gateway.benchmarks;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.transport.Outbox;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Loopback connections from one event loop, which writes, to another, which reads and counts. A turn ends when the
 * reader has read as many bytes as a turn writes.
 */
final class Loopback implements AutoCloseable {

    private final int bytesATurn;
    private final Semaphore read = new Semaphore(0);
    private final List<Channel> channels = new ArrayList<>();
    private final Transport writer;
    private final Transport reader;

    /** Counts what arrives over all connections, on the reader's one loop; nothing arrives at the writer. */
    @Sharable
    private final class Counter extends ChannelInboundHandlerAdapter {

        private int arrived;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object data) {
            ByteBuf bytes = (ByteBuf) data;
            arrived += bytes.readableBytes();
            bytes.release();
            if (arrived == bytesATurn) {
                arrived = 0;
                read.release();
            }
        }
    }

    /** So many open connections, over which so many bytes in all are written in a turn. */
    Loopback(ServerConfig.Transport transport, int connections, int bytesATurn) throws IOException {
        this.bytesATurn = bytesATurn;
        writer = Transport.start(1, transport);
        reader = Transport.start(1, transport);
        Counter counter = new Counter();
        Channel server = reader.listening(reader.group())
                .childHandler(counter)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        Bootstrap client = new Bootstrap()
                .group(writer.group())
                .channel(writer.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(counter);
        for (int i = 0; i < connections; i++) {
            channels.add(
                    client.connect(server.localAddress()).syncUninterruptibly().channel());
        }
    }

    /** The loop that writes. */
    EventLoop writerLoop() {
        return (EventLoop) writer.group().iterator().next();
    }

    /** The processor time of both loops so far, in nanoseconds. */
    long cpuNanos() throws InterruptedException {
        return cpuNanos(writerLoop())
                + cpuNanos((EventLoop) reader.group().iterator().next());
    }

    private static long cpuNanos(EventLoop loop) throws InterruptedException {
        return loop.submit(() -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime())
                .sync()
                .getNow();
    }

    /** The outbox of the loop that writes. */
    Outbox outbox() {
        return writer.outbox(writerLoop());
    }

    /** The writing ends of the connections. */
    List<Channel> channels() {
        return channels;
    }

    /** Waits until the reader has read all of a turn. */
    void awaitTurn() {
        read.acquireUninterruptibly();
    }

    @Override
    public void close() {
        writer.stop();
        reader.stop();
    }
}
