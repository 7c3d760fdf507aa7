package app.rcommerce.gateway.server.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A way to a Redis on which every answer takes as long as is said. Any thread. */
public final class DelayingProxy implements AutoCloseable {

    private record Chunk(byte[] bytes, long dueNanos) {}

    private static final Chunk END = new Chunk(new byte[0], 0);

    private final ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    private final int target;
    private volatile long delayNanos;

    public DelayingProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void delay(long millis) {
        delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
                BlockingQueue<Chunk> answers = new LinkedBlockingQueue<>();
                Thread.ofVirtual().start(() -> ask(client, redis));
                Thread.ofVirtual().start(() -> hear(redis, answers));
                Thread.ofVirtual().start(() -> tell(answers, client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static void ask(Socket client, Socket redis) {
        try (client;
                redis) {
            client.getInputStream().transferTo(redis.getOutputStream());
        } catch (IOException e) {
            // Either side has gone.
        }
    }

    private void hear(Socket redis, BlockingQueue<Chunk> answers) {
        byte[] buffer = new byte[8192];
        try {
            for (int n = redis.getInputStream().read(buffer);
                    n > 0;
                    n = redis.getInputStream().read(buffer)) {
                answers.add(new Chunk(Arrays.copyOf(buffer, n), System.nanoTime() + delayNanos));
            }
        } catch (IOException e) {
            // It has gone.
        }
        answers.add(END);
    }

    private static void tell(BlockingQueue<Chunk> answers, Socket client) {
        try (client) {
            for (Chunk chunk = answers.take(); chunk != END; chunk = answers.take()) {
                LockSupport.parkNanos(chunk.dueNanos() - System.nanoTime());
                client.getOutputStream().write(chunk.bytes());
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
