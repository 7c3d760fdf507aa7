package app.rcommerce.gateway.benchmarks.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Topics while nodes are killed and Redis is restarted: three gateway processes on one Redis, a publisher that numbers
 * its messages, and subscribers by Server-Sent Events that come back to any node with the id of what they have seen
 * last. Afterwards it is judged whether every subscriber has got every message once between two gaps that it was told
 * of.
 *
 * <p>{@code EventsSoak GATEWAY REDIS_SERVER MINUTES [SEED]}: the path of {@code bin/gateway}, that of
 * {@code redis-server}, and for how long. Listens on 127.0.0.1 only.
 */
public final class EventsSoak {

    private static final int NODES = 3;
    private static final int SUBSCRIBERS = 30;
    private static final long PAUSE_MILLIS = 10;
    private static final String TOPIC = "order_updates";

    private final Testbed testbed;
    private final String redisServer;
    private final Random random;
    private final int redisPort = Testbed.freePort();
    private final List<Integer> ports = new ArrayList<>();
    private volatile boolean over;
    private final AtomicLong published = new AtomicLong();
    /** Messages of which nobody can say whether Redis has taken them. */
    private final Set<Long> doubtful = ConcurrentHashMap.newKeySet();

    private final List<String> faults = new ArrayList<>();
    private long delivered;
    private long gapsTold;
    private long recovered;
    private long connections;
    private int killed;
    private int restarted;

    private EventsSoak(String gateway, String redisServer, long seed) throws IOException {
        this.redisServer = redisServer;
        this.random = new Random(seed);
        this.testbed = new Testbed("events-soak", gateway);
        for (int i = 0; i < NODES; i++) {
            ports.add(Testbed.freePort());
        }
    }

    /** Runs the soak; ends with 1 where a gap was hidden or a message came twice. */
    public static void main(String[] arguments) throws Exception {
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : System.nanoTime();
        EventsSoak soak = new EventsSoak(arguments[0], arguments[1], seed);
        boolean good = soak.run((long) (Double.parseDouble(arguments[2]) * 60_000));
        System.out.println("seed " + seed);
        System.exit(good ? 0 : 1);
    }

    private boolean run(long millis) throws Exception {
        startRedis();
        for (int i = 0; i < NODES; i++) {
            startNode(i);
        }
        Thread.sleep(6_000);
        List<Thread> threads = new ArrayList<>();
        threads.add(Thread.ofPlatform().start(this::publish));
        for (int i = 0; i < SUBSCRIBERS; i++) {
            long seed = random.nextLong();
            threads.add(Thread.ofPlatform().start(() -> subscribe(new Random(seed))));
        }
        long end = System.currentTimeMillis() + millis;
        while (System.currentTimeMillis() < end) {
            Thread.sleep(2_000 + random.nextInt(4_000));
            disturb();
        }
        // All come back, and hear the end.
        Thread.sleep(15_000);
        over = true;
        for (Thread thread : threads) {
            thread.join(20_000);
        }
        testbed.stop();
        return report();
    }

    private void disturb() throws Exception {
        if (random.nextInt(4) == 0) {
            testbed.kill("redis");
            restarted++;
            Thread.sleep(random.nextInt(1_500));
            startRedis();
        } else {
            int which = random.nextInt(NODES);
            testbed.kill("node" + which);
            killed++;
            Thread.sleep(random.nextInt(2_000));
            startNode(which);
        }
    }

    private void startRedis() throws IOException {
        testbed.startRedis("redis", redisServer, redisPort, "--appendonly", "no");
    }

    private void startNode(int which) throws IOException {
        testbed.startGateway("node" + which, """
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
                [[routes]]
                name = "events"
                path = "/events"
                handler = "events"
                auth = "none"
                topics = [{ name = "%s", history = { messages = 20000, age = "10m" } }]
                """.formatted(ports.get(which), redisPort, TOPIC));
    }

    /** Publishes as the platform does; a number whose answer does not come is a doubtful one. */
    private void publish() {
        while (!over) {
            try (Socket socket = new Socket("127.0.0.1", redisPort)) {
                socket.setSoTimeout(1_000);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                while (!over) {
                    String text = Long.toString(published.incrementAndGet());
                    doubtful.add(published.get());
                    socket.getOutputStream()
                            .write(("*3\r\n$7\r\nPUBLISH\r\n$" + TOPIC.length() + "\r\n" + TOPIC + "\r\n$"
                                            + text.length() + "\r\n" + text + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    String answer = in.readLine();
                    if (answer == null || !answer.startsWith(":")) {
                        break;
                    }
                    doubtful.remove(published.get());
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (IOException e) {
                Testbed.pause(50);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** What one subscriber knows: the id that it comes back with, and the number that it has seen last. */
    private static final class Seen {
        private String id = "";
        private long number = -1;
    }

    private void subscribe(Random own) {
        Seen seen = new Seen();
        while (!over) {
            try (Socket socket = new Socket("127.0.0.1", ports.get(own.nextInt(NODES)))) {
                socket.setSoTimeout(200);
                OutputStream out = socket.getOutputStream();
                out.write(("GET /events?topic=" + TOPIC + " HTTP/1.1\r\nHost: soak\r\n"
                                + (seen.id.isEmpty() ? "" : "Last-Event-ID: " + seen.id + "\r\n") + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                hear(socket, seen, System.currentTimeMillis() + 1_000 + own.nextInt(15_000));
            } catch (IOException e) {
                Testbed.pause(100);
            }
        }
    }

    /** Reads events until the connection ends or the time has come to leave. */
    private void hear(Socket socket, Seen seen, long until) throws IOException {
        byte[] buffer = new byte[8192];
        StringBuilder text = new StringBuilder();
        boolean head = true;
        boolean returned = !seen.id.isEmpty();
        while (!over && System.currentTimeMillis() < until) {
            int read;
            try {
                read = socket.getInputStream().read(buffer);
            } catch (java.net.SocketTimeoutException e) {
                continue;
            }
            if (read < 0) {
                return;
            }
            text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            int end;
            while ((end = text.indexOf(head ? "\r\n\r\n" : "\n\n")) >= 0) {
                String block = text.substring(0, end);
                text.delete(0, end + (head ? 4 : 2));
                if (head) {
                    if (!block.startsWith("HTTP/1.1 200")) {
                        return;
                    }
                    head = false;
                    count(returned);
                } else {
                    event(block, seen);
                }
            }
        }
    }

    private synchronized void count(boolean returned) {
        connections++;
        recovered += returned ? 1 : 0;
    }

    private void event(String block, Seen seen) {
        String event = "";
        String data = "";
        String id = null;
        for (String line : block.split("\n")) {
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            }
        }
        if (event.equals(TOPIC)) {
            judge(Long.parseLong(data), seen, id);
        } else if (event.equals("reset")) {
            synchronized (this) {
                gapsTold++;
            }
            seen.number = -1;
        }
        if (id != null) {
            seen.id = id;
        }
    }

    private synchronized void judge(long number, Seen seen, String id) {
        delivered++;
        long expected = seen.number + 1;
        while (seen.number >= 0 && expected < number && doubtful.contains(expected)) {
            expected++;
        }
        if (seen.number >= 0 && number != expected) {
            faults.add("after " + seen.number + " (" + seen.id + ") came " + number + " (" + id + ")");
        }
        seen.number = number;
    }

    private synchronized boolean report() {
        System.out.printf(
                "published %d, of whom in doubt %d; subscribers %d, connections %d, of which with an id %d; delivered %d; gaps told %d; nodes killed %d, Redis restarted %d%n",
                published.get(),
                doubtful.size(),
                SUBSCRIBERS,
                connections,
                recovered,
                delivered,
                gapsTold,
                killed,
                restarted);
        System.out.println("hidden gaps and repetitions: " + faults.size());
        faults.stream().limit(10).forEach(System.out::println);
        if (!faults.isEmpty()) {
            System.out.println("logs in " + testbed.folder());
        }
        return testbed.report() && faults.isEmpty() && delivered > 0;
    }
}
