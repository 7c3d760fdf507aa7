package app.rcommerce.gateway.server.memory;

import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a channel reads: as its owner wants, but after a read for which Netty had no memory not before a pause, twice
 * as long each time. So a peer whose bytes nobody takes adds a handful of small pieces to what is held, until memory is
 * there or those who hold it are closed. Confined to the channel's event loop, as the static methods are.
 */
public final class Reading implements RecvByteBufAllocator {

    private static final int FIRST_PAUSE_MILLIS = 20;
    /** How often in a row a pause is doubled at most. */
    private static final int DOUBLINGS = 5;

    private final Channel channel;
    private final ReadBuffers buffers;
    private boolean paused;
    private boolean wanted;

    Reading(Channel channel, ReadBuffers buffers) {
        this.channel = channel;
        this.buffers = buffers;
    }

    /** Begins or ends reading; a channel that pauses begins after its pause. */
    public static void set(Channel channel, boolean wanted) {
        Reading pausing = pausing(channel);
        if (pausing == null) {
            channel.config().setAutoRead(wanted);
        } else {
            pausing.wanted = wanted;
        }
    }

    /** Whether the channel reads, or will after its pause. */
    public static boolean isWanted(Channel channel) {
        Reading pausing = pausing(channel);
        return pausing == null ? channel.config().isAutoRead() : pausing.wanted;
    }

    private static @Nullable Reading pausing(Channel channel) {
        RecvByteBufAllocator allocator = channel.config().getRecvByteBufAllocator();
        return allocator instanceof Reading reading && reading.paused ? reading : null;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface asks for it
    public Handle newHandle() {
        return buffers.newHandle(this::pause);
    }

    private void pause(int refusedInRow) {
        if (paused) {
            return;
        }
        wanted = channel.config().isAutoRead();
        paused = true;
        channel.config().setAutoRead(false);
        int pause = FIRST_PAUSE_MILLIS << Math.min(refusedInRow - 1, DOUBLINGS);
        channel.eventLoop().schedule(this::goOn, pause, TimeUnit.MILLISECONDS);
    }

    private void goOn() {
        paused = false;
        if (wanted) {
            channel.config().setAutoRead(true);
        }
    }
}
