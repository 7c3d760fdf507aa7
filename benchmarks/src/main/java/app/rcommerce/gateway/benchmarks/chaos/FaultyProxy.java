package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy between gateway and Redis that injects network faults. It forwards bytes, refuses connections, holds
 * every byte back as a network that drops packets does, or delays each answer. Bytes that were held back arrive once it
 * forwards again, as TCP would retransmit them. Safe for any thread.
 */
final class FaultyProxy implements AutoCloseable {

    /** The behaviour of the proxy. */
    enum Mode {
        PASSES,
        REFUSES,
        SWALLOWS,
        IS_SLOW
    }

    private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();

    private record Chunk(byte[] bytes, long dueNanos) {}

    private final int target;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASSES;
    private volatile ServerSocket server;

    FaultyProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        this.port = server.getLocalPort();
        accept(server);
    }

    int port() {
        return port;
    }

    /** Changes the behaviour from now on. */
    void become(Mode next) {
        mode = next;
        try {
            if (next == Mode.REFUSES) {
                server.close();
                open.forEach(FaultyProxy::reset);
            } else if (server.isClosed()) {
                ServerSocket again = new ServerSocket();
                again.setReuseAddress(true);
                again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
                server = again;
                accept(again);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks every connection; new ones may be made. */
    void cut() {
        open.forEach(FaultyProxy::reset);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    private void accept(ServerSocket from) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = from.accept();
                    open.add(client);
                    Thread.ofVirtual().start(() -> connect(client));
                }
            } catch (IOException e) {
                // Closed.
            }
        });
    }

    private void connect(Socket client) {
        awaitPassage();
        try {
            Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(redis);
            client.setTcpNoDelay(true);
            redis.setTcpNoDelay(true);
            BlockingQueue<Chunk> answers = new LinkedBlockingQueue<>();
            Thread.ofVirtual().start(() -> forward(client, redis));
            Thread.ofVirtual().start(() -> collect(redis, client, answers));
            Thread.ofVirtual().start(() -> deliver(answers, client));
        } catch (IOException e) {
            reset(client);
            open.remove(client);
        }
    }

    private void forward(Socket client, Socket redis) {
        byte[] buffer = new byte[16_384];
        try (client;
                redis) {
            for (int n = client.getInputStream().read(buffer);
                    n > 0;
                    n = client.getInputStream().read(buffer)) {
                awaitPassage();
                redis.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // Either side has gone.
        }
        open.remove(client);
        open.remove(redis);
    }

    private void collect(Socket redis, Socket client, BlockingQueue<Chunk> answers) {
        byte[] buffer = new byte[16_384];
        try (redis) {
            for (int n = redis.getInputStream().read(buffer);
                    n > 0;
                    n = redis.getInputStream().read(buffer)) {
                long wait = mode == Mode.IS_SLOW ? SLOW_NANOS : 0;
                answers.add(new Chunk(Arrays.copyOf(buffer, n), System.nanoTime() + wait));
            }
        } catch (IOException e) {
            // Either side has gone.
        }
        answers.add(new Chunk(new byte[0], 0));
        reset(client);
    }

    private void deliver(BlockingQueue<Chunk> answers, Socket client) {
        try {
            for (Chunk chunk = answers.take(); chunk.bytes().length > 0; chunk = answers.take()) {
                LockSupport.parkNanos(chunk.dueNanos() - System.nanoTime());
                awaitPassage();
                client.getOutputStream().write(chunk.bytes());
            }
        } catch (IOException | InterruptedException e) {
            // The gateway has gone.
        }
    }

    private void awaitPassage() {
        if (mode == Mode.SWALLOWS) {
            RedisProcess.await("the proxy", Duration.ofMinutes(1), () -> mode != Mode.SWALLOWS);
        }
    }

    @Override
    public void close() {
        become(Mode.REFUSES);
    }
}
