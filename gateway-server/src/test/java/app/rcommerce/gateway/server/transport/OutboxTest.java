package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Outbox outbox = new Outbox(channel.eventLoop());
    private final List<String> flushed = new ArrayList<>();

    @Test
    void everythingIsFlushedAtTheEndOfTheTurnInItsOrder() {
        outbox.add(() -> flushed.add("a"));
        outbox.add(() -> flushed.add("b"));
        assertThat(flushed).isEmpty();
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("a", "b");
        outbox.add(() -> flushed.add("c"));
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("a", "b", "c");
    }

    @Test
    void whatIsWrittenWhileFlushingBelongsToTheSameTurn() {
        outbox.add(() -> outbox.add(() -> flushed.add("again")));
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("again");
    }

    @Test
    void oneThatFailsKeepsNobodyWaiting() {
        outbox.add(() -> {
            throw new OutOfMemoryError("cannot");
        });
        outbox.add(() -> flushed.add("b"));
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("b");
        outbox.add(() -> flushed.add("c"));
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("b", "c");
    }

    @Test
    void whatIsWrittenWithoutMemoryOutsideOfTheHeapLiesOnTheHeap() {
        ByteBufAllocator spent = new AbstractByteBufAllocator(true) {
            @Override
            protected ByteBuf newHeapBuffer(int initial, int most) {
                return Unpooled.buffer(initial, most);
            }

            @Override
            protected ByteBuf newDirectBuffer(int initial, int most) {
                throw new OutOfMemoryError("spent");
            }

            @Override
            public boolean isDirectBufferPooled() {
                return false;
            }
        };
        ByteBuf room = Outbox.room(spent, 100);
        assertThat(room.isDirect()).isFalse();
        assertThat(room.writableBytes()).isGreaterThanOrEqualTo(100);
        room.release();
    }

    @Test
    void aTaskThatFailsForWantOfMemoryIsMadeUpFor() {
        Outbox.guarded(
                () -> {
                    throw new OutOfMemoryError("spent");
                },
                () -> flushed.add("otherwise"));
        Outbox.guarded(() -> flushed.add("done"), () -> flushed.add("never"));
        assertThat(flushed).containsExactly("otherwise", "done");
    }
}
