package app.rcommerce.gateway.server.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/**
 * The allocator of the buffers into which channels read. It uses Netty's choice, or a few hundred bytes of the JVM's
 * own where Netty has no memory left. With io_uring a buffer is asked for outside of any handler, and an error there
 * would end the event loop with everything on it (seen in 4.2.18). A channel whose bytes go on to another one is
 * {@link #attach attached} as well, so that it pauses after such a read: what is read in small pieces is held in small
 * pieces, and each takes more of the heap than it has bytes. Safe for any thread.
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

    /** Has this channel, which none has read from yet, read by this allocator and pause while there is no memory. */
    public void attach(Channel channel) {
        channel.config().setRecvByteBufAllocator(new Reading(channel, this));
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
        return newHandle(refusedInRow -> {});
    }

    /** A handle that tells, after each turn of reads without memory, how many of them there were in a row. */
    @SuppressWarnings("deprecation") // the interface asks for it
    Handle newHandle(IntConsumer refused) {
        return new Frugal((ExtendedHandle) usual.newHandle(), refused);
    }

    private static final class Frugal extends DelegatingHandle implements ExtendedHandle {

        private final ExtendedHandle usual;
        private final IntConsumer listener;
        private boolean refused;
        private int refusedInRow;

        private Frugal(ExtendedHandle usual, IntConsumer listener) {
            super(usual);
            this.usual = usual;
            this.listener = listener;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            try {
                ByteBuf buffer = usual.allocate(allocator);
                refused = false;
                return buffer;
            } catch (OutOfMemoryError e) {
                refused = true;
                return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(FEW)).clear();
            }
        }

        @Override
        public boolean continueReading() {
            return !refused && usual.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier more) {
            return !refused && usual.continueReading(more);
        }

        @Override
        public void readComplete() {
            usual.readComplete();
            refusedInRow = refused ? refusedInRow + 1 : 0;
            if (refused) {
                listener.accept(refusedInRow);
            }
        }
    }
}
