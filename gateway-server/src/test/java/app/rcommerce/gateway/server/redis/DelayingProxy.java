package app.rcommerce.gateway.server.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A way to a Redis on which every answer takes as long as is said, and which can break. Any thread. */
public final class DelayingProxy implements AutoCloseable {

    private record Chunk(byte[] bytes, long dueNanos) {}

    private static final Chunk END = new Chunk(new byte[0], 0);

    private final ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    private volatile int target;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
    private volatile long delayNanos;
    private volatile boolean ignoring;

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

    /** Leads to another server from now on, as an address does that a failover moves; breaks all connections. */
    public void lead(int port) throws IOException {
        target = port;
        cut();
    }

    /** Closes all connections there are; new ones can be made. */
    public void cut() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    /** Answers nothing more on the connections there are; new ones can be made. */
    public void silence() {
        silent.addAll(clients);
    }

    /** Whether connections that are made from now on are never answered, as by a firewall that has forgotten them. */
    public void ignore(boolean on) {
        ignoring = on;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket redis = connect();
                if (redis == null) {
                    client.close();
                    continue;
                }
                clients.add(client);
                if (ignoring) {
                    silent.add(client);
                }
                BlockingQueue<Chunk> answers = new LinkedBlockingQueue<>();
                Thread.ofVirtual().start(() -> ask(client, redis));
                Thread.ofVirtual().start(() -> hear(redis, answers));
                Thread.ofVirtual().start(() -> tell(answers, client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** A connection to Redis; null while it is away. */
    private @Nullable Socket connect() {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            return null;
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

    private void tell(BlockingQueue<Chunk> answers, Socket client) {
        try (client) {
            for (Chunk chunk = answers.take(); chunk != END; chunk = answers.take()) {
                LockSupport.parkNanos(chunk.dueNanos() - System.nanoTime());
                if (!silent.contains(client)) {
                    client.getOutputStream().write(chunk.bytes());
                }
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
