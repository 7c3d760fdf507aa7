package app.rcommerce.gateway.benchmarks.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A queue while nodes are killed or suspended, Redis is restarted and the upstream goes away: three gateway processes
 * on one Redis with an append-only file, clients that number their requests, each in an order of its own or in none,
 * and an upstream that writes down what it gets. Afterwards it is judged whether everything that was answered 202 has
 * come, how often twice, and whether each order was kept.
 *
 * <p>{@code JobsSoak GATEWAY REDIS_SERVER MINUTES [SEED]}: the path of {@code bin/gateway}, that of
 * {@code redis-server}, and for how long. Listens on 127.0.0.1 only.
 */
public final class JobsSoak {

    private static final int NODES = 3;
    private static final int CLIENTS = 8;
    private static final long PAUSE_MILLIS = 20;
    private static final long DRAIN_MILLIS = 120_000;

    /** One that has come to the upstream, and was answered 204. */
    private record Delivery(int client, long number) {}

    private final Path folder;
    private final String gateway;
    private final String redisServer;
    private final Random random;
    private final int redisPort = freePort();
    private final int upstreamPort = freePort();
    private final List<Integer> ports = new ArrayList<>();
    private final Process[] nodes = new Process[NODES];
    private Process redis;
    private HttpServer upstream;
    private volatile boolean over;
    private final Set<Delivery> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicLong refused = new AtomicLong();
    /** As they came, guarded by itself. */
    private final List<Delivery> deliveries = new ArrayList<>();

    private final AtomicInteger broken = new AtomicInteger();
    private int killed;
    private int restarted;
    private int suspended;
    private int away;

    private JobsSoak(String gateway, String redisServer, long seed) throws IOException {
        this.gateway = gateway;
        this.redisServer = redisServer;
        this.random = new Random(seed);
        this.folder = Files.createTempDirectory("jobs-soak");
        for (int i = 0; i < NODES; i++) {
            ports.add(freePort());
        }
    }

    /** Runs the soak; ends with 1 where a job was lost, or an order was not kept. */
    public static void main(String[] arguments) throws Exception {
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : System.nanoTime();
        JobsSoak soak = new JobsSoak(arguments[0], arguments[1], seed);
        boolean good = soak.run((long) (Double.parseDouble(arguments[2]) * 60_000));
        System.out.println("seed " + seed);
        System.exit(good ? 0 : 1);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean run(long millis) throws Exception {
        startRedis();
        startUpstream();
        for (int i = 0; i < NODES; i++) {
            startNode(i);
        }
        Thread.sleep(6_000);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int which = i;
            long seed = random.nextLong();
            clients.add(Thread.ofPlatform().start(() -> post(which, new Random(seed))));
        }
        long end = System.currentTimeMillis() + millis;
        while (System.currentTimeMillis() < end) {
            Thread.sleep(2_000 + random.nextInt(4_000));
            disturb(end);
        }
        over = true;
        for (Thread client : clients) {
            client.join(20_000);
        }
        long waited = System.currentTimeMillis();
        while (System.currentTimeMillis() - waited < DRAIN_MILLIS
                && !delivered().containsAll(accepted)) {
            Thread.sleep(500);
        }
        stopAll();
        return report();
    }

    private Set<Delivery> delivered() {
        synchronized (deliveries) {
            return new HashSet<>(deliveries);
        }
    }

    private void disturb(long end) throws Exception {
        switch (random.nextInt(6)) {
            case 0 -> {
                redis.destroyForcibly().waitFor();
                restarted++;
                Thread.sleep(random.nextInt(1_500));
                startRedis();
            }
            case 1 -> {
                upstream.stop(0);
                away++;
                long left = Math.max(1_000, end - System.currentTimeMillis());
                Thread.sleep(Math.min(left, 1_000 + random.nextInt(60_000)));
                startUpstream();
            }
            case 2 -> {
                // Beyond its leases, which others take meanwhile.
                long pid = nodes[random.nextInt(NODES)].pid();
                signal("-STOP", pid);
                suspended++;
                Thread.sleep(4_000 + random.nextInt(4_000));
                signal("-CONT", pid);
            }
            default -> {
                int which = random.nextInt(NODES);
                nodes[which].destroyForcibly().waitFor();
                killed++;
                Thread.sleep(random.nextInt(2_000));
                startNode(which);
            }
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor();
    }

    private void startRedis() throws IOException {
        redis = start(
                "redis",
                redisServer,
                "--port",
                "" + redisPort,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--dir",
                folder.toString());
    }

    private void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress("127.0.0.1", upstreamPort), 100);
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.createContext("/", this::deliver);
        upstream.start();
    }

    /** Answers 204, or now and then 500, or nothing in time. */
    private void deliver(HttpExchange exchange) throws IOException {
        String[] body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII).split(" ");
        int chance = (int) (System.nanoTime() % 100);
        if (chance < 3) {
            broken.incrementAndGet();
            exchange.sendResponseHeaders(500, -1);
        } else {
            synchronized (deliveries) {
                deliveries.add(new Delivery(Integer.parseInt(body[0]), Long.parseLong(body[1])));
            }
            exchange.sendResponseHeaders(204, -1);
        }
        exchange.close();
    }

    private void startNode(int which) throws IOException {
        Path config = folder.resolve("node" + which + ".toml");
        Files.writeString(config, """
                [server]
                listen = ["127.0.0.1:%d"]
                workers = 1
                access_log = false
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                cache_type = "Redis"
                nodes_file = "none"
                [cache.redis]
                port = %d
                startup_wait = "0s"
                [upstreams.commerce]
                servers = ["http://127.0.0.1:%d"]
                [queues.webhooks]
                retry = { first = "200ms", max = "2s" }
                timeout = "2s"
                lease = "4s"
                max_crashes = 100
                concurrency = 32
                [[routes]]
                name = "webhooks"
                path = "/hooks"
                handler = "queue"
                queue = "webhooks"
                upstream = "commerce"
                order_by = "header:X-Order"
                """.formatted(ports.get(which), redisPort, upstreamPort));
        nodes[which] = start("node" + which, gateway, "run", "--config", config.toString());
    }

    private Process start(String name, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()))
                .start();
    }

    private void stopAll() throws InterruptedException {
        for (Process node : nodes) {
            node.destroy();
        }
        upstream.stop(0);
        redis.destroy();
        redis.waitFor();
    }

    /** Posts one number behind the other, each at any node; half of the clients have an order. */
    private void post(int client, Random mine) {
        long number = 0;
        while (!over) {
            number++;
            try (Socket socket = new Socket("127.0.0.1", ports.get(mine.nextInt(NODES)))) {
                socket.setSoTimeout(3_000);
                String body = client + " " + number;
                String order = client % 2 == 0 ? "X-Order: client " + client + "\r\n" : "";
                socket.getOutputStream()
                        .write(("POST /hooks HTTP/1.1\r\nHost: soak\r\n" + order + "Content-Length: " + body.length()
                                        + "\r\nConnection: close\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                String line = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
                if (line != null && line.startsWith("HTTP/1.1 202")) {
                    accepted.add(new Delivery(client, number));
                } else {
                    refused.incrementAndGet();
                }
            } catch (IOException e) {
                refused.incrementAndGet();
            }
            try {
                Thread.sleep(mine.nextLong(2 * PAUSE_MILLIS));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean report() {
        Set<Delivery> seen = new HashSet<>();
        Map<Integer, Long> last = new HashMap<>();
        long twice = 0;
        long disordered = 0;
        for (Delivery one : deliveries) {
            if (!seen.add(one)) {
                twice++;
            } else if (one.client() % 2 == 0 && accepted.contains(one)) {
                // One that was not answered may have come in behind those that its client has sent after it.
                Long before = last.put(one.client(), one.number());
                disordered += before != null && before > one.number() ? 1 : 0;
            }
        }
        Set<Delivery> lost = new HashSet<>(accepted);
        lost.removeAll(seen);
        System.out.printf(
                "answered 202: %d; refused or without an answer: %d, of which forwarded all the same: %d%n",
                accepted.size(),
                refused.get(),
                seen.stream().filter(one -> !accepted.contains(one)).count());
        System.out.printf(
                "forwarded: %d; twice: %d; answered 500 by the upstream: %d%n", seen.size(), twice, broken.get());
        System.out.printf(
                "nodes killed: %d, suspended beyond their leases: %d; Redis restarted: %d; upstream away: %d%n",
                killed, suspended, restarted, away);
        System.out.printf("lost: %d; out of order: %d%n", lost.size(), disordered);
        lost.stream().limit(10).forEach(one -> System.out.println("lost: " + one));
        if (!lost.isEmpty() || disordered > 0) {
            System.out.println("logs: " + folder);
        }
        return lost.isEmpty() && disordered == 0;
    }
}
