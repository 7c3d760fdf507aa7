package app.rcommerce.gateway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.transport.Transport.NameResolvers;
import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Resolvers that are closed while event loops begin to use them. */
@ExtendWith(Leaks.class)
class NameResolversTest {

    @Test
    void closingWaitsForTheChannelsAndNoneIsMadeLater() throws Exception {
        Transport transport = Transport.start(3, ServerConfig.Transport.NIO);
        Queue<Channel> made = new ConcurrentLinkedQueue<>();
        NameResolvers resolvers = new NameResolvers(() -> {
            NioDatagramChannel channel = new NioDatagramChannel();
            made.add(channel);
            return channel;
        });
        List<EventExecutor> loops = new ArrayList<>();
        transport.group().forEach(loops::add);
        resolvers.getResolver(loops.get(0));
        resolvers.getResolver(loops.get(1));
        assertThat(made).hasSize(2);

        resolvers.close();

        assertThat(made).noneMatch(Channel::isOpen);
        assertThatIllegalStateException()
                .isThrownBy(() -> resolvers.getResolver(loops.get(2)))
                .withStackTraceContaining("the event loops stop");
        assertThat(made).hasSize(2);
        transport.stop();
    }

    @Test
    void noBufferIsLostWhereResolversBeginAsTheLoopsStop() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < 30; i++) {
            Transport transport = Transport.start(2, ServerConfig.Transport.AUTO);
            for (EventExecutor loop : transport.group()) {
                loop.execute(() -> {
                    try {
                        transport.resolver().getResolver(loop);
                    } catch (IllegalStateException tooLate) {
                        refused.incrementAndGet();
                    }
                });
            }
            transport.stop();
            assertThat(transport.group().isTerminated()).isTrue();
        }
        assertThat(refused).hasValueLessThan(60);
    }
}
