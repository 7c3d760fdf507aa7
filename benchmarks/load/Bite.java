import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Measures how soon what is written to Redis is refused by every gateway: from just before the SET is sent until the last
 * gateway's refusal has arrived. Each gateway is asked every millisecond or so meanwhile, so that it remembers the opposite.
 *
 * <p>{@code java Bite.java ROUNDS REDIS_PORT SECRET GATEWAY_PORT...}; started by {@code bite.sh}.
 */
final class Bite {

    private static final int WARM_UP = 100;
    private static final int REFUSED_WITHIN_SECONDS = 15;

    private final int redisPort;
    private final String secret;
    private final int[] gateways;

    private Bite(int redisPort, String secret, int[] gateways) {
        this.redisPort = redisPort;
        this.secret = secret;
        this.gateways = gateways;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        int[] gateways = Arrays.stream(arguments).skip(3).mapToInt(Integer::parseInt).toArray();
        Bite bite = new Bite(Integer.parseInt(arguments[1]), arguments[2], gateways);
        bite.measure("block", rounds);
        bite.measure("revocation", rounds);
    }

    private void measure(String what, int rounds) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            round(what, i);
        }
        double[] millis = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            millis[i] = round(what, 1000 + i) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                "%-10s on all of %d gateways, %d rounds: p50 %.2f ms, p99 %.2f ms, longest %.2f ms%n",
                what, gateways.length, rounds, millis[rounds / 2], millis[(int) (rounds * 0.99)], millis[rounds - 1]);
    }

    private long round(String what, int number) throws Exception {
        boolean block = what.equals("block");
        String address = (block ? "198.18." : "198.19.") + number / 250 + "." + (1 + number % 250);
        String id = Long.toHexString(System.nanoTime()) + number;
        String key = block ? "rcommerce:blocklist:ip:" + address : "token:blacklist:" + id;
        String request = "GET " + (block ? "/none" : "/bite") + " HTTP/1.1\r\nHost: bite\r\nX-Forwarded-For: " + address + "\r\n"
                + (block ? "" : "Authorization: Bearer " + token(id) + "\r\n") + "\r\n";
        int refusal = block ? 403 : 401;
        List<Client> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Client redis = new Client(redisPort)) {
            for (int port : gateways) {
                Client client = new Client(port);
                clients.add(client);
                for (int i = 0; i < 3; i++) {
                    if (client.status(request) == refusal) {
                        throw new IllegalStateException("refused before anything was written");
                    }
                }
            }
            List<Future<Long>> refused = new ArrayList<>();
            for (Client client : clients) {
                refused.add(threads.submit(() -> client.refusedAt(request, refusal)));
            }
            Thread.sleep(5);
            long start = System.nanoTime();
            redis.send("*5\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n$1\r\n1\r\n$2\r\nEX\r\n$2\r\n30\r\n");
            redis.line();
            long last = start;
            for (Future<Long> one : refused) {
                last = Math.max(last, one.get());
            }
            return last - start;
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    private String token(String id) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        long now = System.currentTimeMillis() / 1000;
        String claims = "{\"sub\":\"bite-" + id + "\",\"jti\":\"" + id + "\",\"token_type\":\"access\",\"iat\":" + now + ",\"exp\":"
                + (now + 600) + "}";
        String input = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(ISO_8859_1)) + "."
                + base64.encodeToString(claims.getBytes(ISO_8859_1));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(ISO_8859_1), "HmacSHA256"));
        return input + "." + base64.encodeToString(mac.doFinal(input.getBytes(ISO_8859_1)));
    }

    /** One kept connection. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(REFUSED_WITHIN_SECONDS * 1000);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the connection was closed");
                }
                line.append((char) c);
            }
            return line.toString().trim();
        }

        int status(String request) throws IOException {
            send(request);
            int status = Integer.parseInt(line().split(" ")[1]);
            int length = 0;
            for (String field = line(); !field.isEmpty(); field = line()) {
                if (field.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(field.substring(15).trim());
                }
            }
            in.skipNBytes(length);
            return status;
        }

        /** Asks until it is refused; answers when that was. */
        long refusedAt(String request, int refusal) throws IOException, InterruptedException {
            long end = System.nanoTime() + REFUSED_WITHIN_SECONDS * 1_000_000_000L;
            while (status(request) != refusal) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("not refused within " + REFUSED_WITHIN_SECONDS + " s");
                }
                Thread.sleep(1);
            }
            return System.nanoTime();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
