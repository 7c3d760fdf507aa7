package app.rcommerce.gateway.server.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.transport.Transport;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ReadingTest {

    private static final int SENT = 100_000;
    /** One before each of the pauses of 20, 40, 80, 160, 320 and 640 ms, and one that was under way. */
    private static final int READS_IN_A_SECOND = 7;

    /** An allocator that has no memory while it is told so. */
    private static final class Allocator extends AbstractByteBufAllocator {

        private volatile boolean spent;

        Allocator() {
            super(true);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            if (spent) {
                throw new OutOfMemoryError("spent");
            }
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    /** Counts what is read. */
    private static final class Sink extends ChannelInboundHandlerAdapter {

        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicInteger bytes = new AtomicInteger();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf read = (ByteBuf) message;
            reads.incrementAndGet();
            bytes.addAndGet(read.readableBytes());
            read.release();
        }
    }

    private final Allocator allocator = new Allocator();
    private final Sink sink = new Sink();
    private final CompletableFuture<Channel> accepted = new CompletableFuture<>();

    private void serve(ServerConfig.Transport kind, Steps steps) throws Exception {
        Transport transport = Transport.start(1, kind);
        try {
            var bound = transport
                    .listening(transport.group())
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.config().setAllocator(allocator);
                            new ReadBuffers().attach(channel);
                            channel.pipeline().addLast(sink);
                            accepted.complete(channel);
                        }
                    })
                    .bind(new InetSocketAddress("127.0.0.1", 0))
                    .sync()
                    .channel();
            try (Socket client = new Socket("127.0.0.1", ((InetSocketAddress) bound.localAddress()).getPort())) {
                steps.take(client, accepted.get(10, TimeUnit.SECONDS));
            }
        } finally {
            transport.stop();
        }
    }

    private interface Steps {
        void take(Socket client, Channel channel) throws Exception;
    }

    /** Sets on the channel's event loop. */
    private static void set(Channel channel, boolean wanted) throws Exception {
        channel.eventLoop().submit(() -> Reading.set(channel, wanted)).get();
    }

    /** Whether its owner wants it to read, asked on the channel's event loop. */
    private static boolean isWanted(Channel channel) throws Exception {
        return channel.eventLoop().submit(() -> Reading.isWanted(channel)).get();
    }

    @ParameterizedTest
    @EnumSource(ServerConfig.Transport.class)
    void littleIsReadWhileThereIsNoMemoryAndEverythingOnceThereIs(ServerConfig.Transport kind) throws Exception {
        serve(kind, (client, channel) -> {
            allocator.spent = true;
            client.getOutputStream().write(new byte[SENT]);
            Thread.sleep(1_000);
            assertThat(sink.reads.get()).isBetween(1, READS_IN_A_SECOND);
            assertThat(isWanted(channel)).isTrue();
            allocator.spent = false;
            await().until(() -> sink.bytes.get() == SENT);
        });
    }

    @ParameterizedTest
    @EnumSource(ServerConfig.Transport.class)
    void whatItsOwnerWantsDuringAPauseHoldsAfterIt(ServerConfig.Transport kind) throws Exception {
        serve(kind, (client, channel) -> {
            allocator.spent = true;
            client.getOutputStream().write(new byte[SENT]);
            await().until(() -> sink.reads.get() >= 3);
            set(channel, false);
            assertThat(isWanted(channel)).isFalse();
            allocator.spent = false;
            int read = sink.bytes.get();
            Thread.sleep(300);
            // One read may have been under way.
            assertThat(sink.bytes.get()).isLessThanOrEqualTo(read + 512);
            set(channel, true);
            await().until(() -> sink.bytes.get() == SENT);
        });
    }

    @ParameterizedTest
    @EnumSource(ServerConfig.Transport.class)
    void aPauseIsNotCutShortByItsOwner(ServerConfig.Transport kind) throws Exception {
        serve(kind, (client, channel) -> {
            allocator.spent = true;
            client.getOutputStream().write(new byte[SENT]);
            for (int i = 0; i < 50; i++) {
                set(channel, i % 2 == 1);
                Thread.sleep(20);
            }
            assertThat(sink.reads.get()).isBetween(1, READS_IN_A_SECOND);
        });
    }
}
