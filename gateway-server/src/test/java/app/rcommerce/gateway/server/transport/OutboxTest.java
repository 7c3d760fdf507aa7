package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Outbox outbox = new Outbox(channel.eventLoop(), false);
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
            throw new IllegalStateException("cannot");
        });
        outbox.add(() -> flushed.add("b"));
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("b");
        outbox.add(() -> flushed.add("c"));
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("b", "c");
    }

    /** Has something to flush at each read, and at its end. */
    private static void order(boolean afterReads, String... expected) {
        EmbeddedChannel one = new EmbeddedChannel();
        Outbox own = new Outbox(one.eventLoop(), afterReads);
        List<String> order = new ArrayList<>();
        own.watch(one);
        one.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                order.add("read");
                own.add(() -> order.add("flushed"));
                own.add(() -> order.add("flushed"));
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                order.add("complete");
                own.add(() -> order.add("flushed"));
            }
        });

        one.writeInbound("x");

        assertThat(order).containsExactly(expected);
        order.clear();
        own.add(() -> order.add("flushed"));
        assertThat(order).isEmpty();
        one.runPendingTasks();
        assertThat(order).containsExactly("flushed");
    }

    @Test
    void whatAReadHasOthersWriteIsFlushedAfterItWhereThatIsWanted() {
        order(true, "read", "flushed", "flushed", "complete", "flushed");
        order(false, "read", "complete", "flushed", "flushed", "flushed");
    }

    @Test
    void aReadThatFailsIsFlushedAllTheSame() {
        EmbeddedChannel one = new EmbeddedChannel();
        Outbox own = new Outbox(one.eventLoop(), true);
        List<String> order = new ArrayList<>();
        own.watch(one);
        one.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                own.add(() -> order.add("flushed"));
                throw new IllegalStateException("a defect");
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                order.add(String.valueOf(cause.getMessage()));
            }
        });

        one.writeInbound("x");

        assertThat(order).containsExactly("a defect", "flushed");
    }
}
