package app.rcommerce.gateway.server.redis.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.DecoderException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a connection hands to whom where the server, or the system, misbehaves. */
class RespConnectionTest {

    private static final MultiThreadIoEventLoopGroup GROUP =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static final EventLoop LOOP = GROUP.next();

    @AfterAll
    static void stop() {
        GROUP.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /**
     * A connection of which everything is written down, with the thread that told of it where that is the wrong one.
     */
    private static final class Heard implements RespConnection.Listener {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final int commands;
        private volatile @Nullable Throwable cause;

        Heard(int commands) {
            this.commands = commands;
        }

        private void add(String event) {
            events.add(LOOP.inEventLoop() ? event : event + " on another thread");
        }

        @Override
        public void opened(RespConnection connection) {
            for (int i = 0; i < commands; i++) {
                String name = Character.toString('a' + i);
                connection.send(List.of("ECHO", name), new RespConnection.Answer() {
                    @Override
                    public void answered(Object value) {
                        add(name + " is answered " + value);
                    }

                    @Override
                    public void lost() {
                        add(name + " is lost");
                    }
                });
            }
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            this.cause = cause;
            add("closed");
        }

        List<String> upToClosed() throws InterruptedException {
            List<String> all = new ArrayList<>();
            while (all.isEmpty() || !all.getLast().startsWith("closed")) {
                String next = events.poll(5, TimeUnit.SECONDS);
                all.add(next == null ? "closed by nobody" : next);
            }
            LOOP.submit(() -> {}).syncUninterruptibly();
            all.addAll(events);
            return all;
        }
    }

    private static void open(Class<? extends Channel> kind, int port, Heard heard) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        LOOP.execute(() -> RespConnection.open(
                LOOP, kind, new ServerAddress(address, "localhost", null), Duration.ofSeconds(5), heard));
    }

    /** What becomes of three commands whose answers are these bytes, read at one time. */
    private static Heard answering(String bytes) throws Exception {
        Heard heard = new Heard(3);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            open(NioSocketChannel.class, server.getLocalPort(), heard);
            try (Socket client = server.accept()) {
                client.getInputStream().read();
                client.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
                client.shutdownOutput();
                heard.upToClosed().forEach(heard.events::add);
            }
        }
        return heard;
    }

    /** What stands behind it might else be taken for the answers to the commands before. */
    @Test
    void nothingIsBelievedThatStandsBehindWhatCannotBeRead() throws Exception {
        Heard heard = answering("?garbage\r\n+b\r\n+c\r\n");
        assertThat(heard.events).containsExactly("a is lost", "b is lost", "c is lost", "closed");
        assertThat(heard.cause).isInstanceOf(DecoderException.class);
        heard = answering("+a\r\n$nine\r\n+b\r\n+c\r\n");
        assertThat(heard.events).containsExactly("a is answered a", "b is lost", "c is lost", "closed");
    }

    @Test
    void halfAnAnswerIsNone() throws Exception {
        assertThat(answering("+a\r\n*2\r\n:1\r\n$3\r\nx").events)
                .containsExactly("a is answered a", "b is lost", "c is lost", "closed");
    }

    @Test
    void moreAnswersThanCommandsEndTheConnection() throws Exception {
        assertThat(answering("+a\r\n+b\r\n+c\r\n+d\r\n").events)
                .containsExactly("a is answered a", "b is answered b", "c is answered c", "closed");
    }

    /** As where the process has no file descriptor left. */
    public static final class Impossible extends NioSocketChannel {

        public Impossible() {
            throw new ChannelException("too many open files");
        }
    }

    @Test
    void aChannelThatCannotBeMadeIsToldOfOnTheLoop() throws Exception {
        Heard heard = new Heard(1);
        open(Impossible.class, 1, heard);
        assertThat(heard.upToClosed()).containsExactly("closed");
        assertThat(heard.cause).isInstanceOf(ChannelException.class);
    }
}
