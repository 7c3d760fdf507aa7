package app.rcommerce.gateway.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.nio.ByteBuffer;

/**
 * The allocator of the buffers into which channels read. It uses Netty's choice, or a few hundred bytes of the JVM's
 * own where Netty has no memory left. With io_uring a buffer is asked for outside of any handler, and an error there
 * would end the event loop with everything on it (seen in 4.2.18). Safe for any thread.
 */
public final class ReadBuffers implements RecvByteBufAllocator {

    /** The option of a channel that they are given by. */
    @SuppressWarnings("deprecation") // for those who write allocators, as we do here
    public static final ChannelOption<RecvByteBufAllocator> OPTION = ChannelOption.RCVBUF_ALLOCATOR;

    private static final int FEW = 512;

    private final AdaptiveRecvByteBufAllocator usual = new AdaptiveRecvByteBufAllocator();

    /** An allocator for any number of channels, of one buffer for each turn. */
    public ReadBuffers() {
        this(1);
    }

    /**
     * An allocator for any number of channels.
     *
     * @param mostInTurn how many buffers a channel fills one behind the other before it is the others' turn; a buffer
     *     that is not filled ends the turn earlier
     */
    public ReadBuffers(int mostInTurn) {
        usual.maxMessagesPerRead(mostInTurn);
    }

    /**
     * Whether the channel's last read has filled its buffer, so that more may have come already than was read. For the
     * channel's event loop.
     */
    @SuppressWarnings("deprecation") // the only place where it is said
    public static boolean isFull(Channel channel) {
        RecvByteBufAllocator.Handle handle = channel.unsafe().recvBufAllocHandle();
        return handle.lastBytesRead() >= handle.attemptedBytesRead();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface asks for it
    public Handle newHandle() {
        return new Frugal((ExtendedHandle) usual.newHandle());
    }

    private record Frugal(ExtendedHandle usual) implements ExtendedHandle {

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            try {
                return usual.allocate(allocator);
            } catch (OutOfMemoryError e) {
                return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(FEW)).clear();
            }
        }

        @Override
        public int guess() {
            return usual.guess();
        }

        @Override
        public void reset(ChannelConfig config) {
            usual.reset(config);
        }

        @Override
        public void incMessagesRead(int messages) {
            usual.incMessagesRead(messages);
        }

        @Override
        public void lastBytesRead(int bytes) {
            usual.lastBytesRead(bytes);
        }

        @Override
        public int lastBytesRead() {
            return usual.lastBytesRead();
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            usual.attemptedBytesRead(bytes);
        }

        @Override
        public int attemptedBytesRead() {
            return usual.attemptedBytesRead();
        }

        @Override
        public boolean continueReading() {
            return usual.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier more) {
            return usual.continueReading(more);
        }

        @Override
        public void readComplete() {
            usual.readComplete();
        }
    }
}
