package app.rcommerce.gateway.server.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for the commerce API with a few of its paths: products, one product, orders, webhooks, login, health.
 * After {@code POST /demo/down} it answers everything but what is under {@code /demo} with 503, until {@code POST
 * /demo/up}; {@code /demo/webhooks} shows which webhooks have come. The list of products holds the number of requests
 * that have reached the shop so far, which shows what the gateway has answered by itself. Safe for any thread.
 */
public final class SampleShop implements AutoCloseable {

    private static final List<String> NAMES = List.of("Teapot", "Kettle", "Cup", "Saucer", "Strainer", "Tray");

    private static final int USUAL_LIFE = 90;
    private static final int MOST_WEBHOOKS = 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong answered = new AtomicLong();
    private final Consumer<String> orders;
    private final Queue<String> webhooks = new ConcurrentLinkedQueue<>();
    private volatile boolean down;

    private SampleShop(HttpServer server, Consumer<String> orders) {
        this.server = server;
        this.orders = orders;
    }

    /** Starts a shop on a port of the loopback address; 0 for any free one. */
    public static SampleShop start(int port) throws IOException {
        return start(port, order -> {});
    }

    /**
     * Starts a shop that tells of its orders.
     *
     * @param orders is given the JSON of each order, on a thread that may block
     */
    public static SampleShop start(int port, Consumer<String> orders) throws IOException {
        SampleShop shop = new SampleShop(
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0), orders);
        shop.server.createContext("/", shop::answer);
        shop.server.setExecutor(shop.threads);
        shop.server.start();
        return shop;
    }

    /** The port on which it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** How many requests have reached it. */
    public long answered() {
        return answered.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        long number = answered.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        byte[] content = exchange.getRequestBody().readAllBytes();
        if (down && !path.startsWith("/demo")) {
            send(exchange, 503, "text/plain", "The shop is down.\n");
        } else if (method.equals("POST") && (path.equals("/demo/down") || path.equals("/demo/up"))) {
            down = path.endsWith("down");
            send(exchange, 200, "text/plain", "The shop is " + (down ? "down" : "up") + ".\n");
        } else if (path.startsWith("/api/v1/webhooks/") && method.equals("POST")) {
            webhooks.add("attempt " + exchange.getRequestHeaders().getFirst("X-Gateway-Attempt") + ": "
                    + new String(content, StandardCharsets.UTF_8));
            while (webhooks.size() > MOST_WEBHOOKS) {
                webhooks.poll();
            }
            send(exchange, 200, "application/json", "{}\n");
        } else if (path.equals("/demo/webhooks")) {
            send(exchange, 200, "text/plain", webhooks.size() + " webhooks have come\n" + lines(webhooks));
        } else if (path.equals("/health")) {
            send(exchange, 200, "text/plain", "OK");
        } else if (path.equals("/api/v1/products") && !method.equals("POST")) {
            exchange.getResponseHeaders().set("Cache-Control", "public, max-age=60");
            exchange.getResponseHeaders().set("ETag", "\"products-1\"");
            send(exchange, 200, "application/json", products(number));
        } else if (path.startsWith("/api/v1/products/") && method.equals("GET")) {
            exchange.getResponseHeaders().set("Cache-Control", "public, max-age=60");
            send(exchange, 200, "application/json", product(Math.floorMod(path.hashCode(), NAMES.size())));
        } else if (path.equals("/api/v1/orders") && method.equals("POST")) {
            String caller = exchange.getRequestHeaders().getFirst("X-Gateway-Caller");
            String order = "{\"id\":\"ord_" + number + "\",\"caller\":\"" + (caller == null ? "" : caller)
                    + "\",\"bytes_received\":" + content.length + "}";
            orders.accept(order);
            send(exchange, 201, "application/json", "{\"order\":" + order + "}\n");
        } else if (path.equals("/demo")) {
            send(exchange, 200, "text/html; charset=utf-8", page());
        } else if (path.equals("/demo/token")) {
            send(
                    exchange,
                    200,
                    "text/plain",
                    DemoConfig.token(life(exchange.getRequestURI().getQuery())));
        } else if (path.equals("/api/v1/orders")) {
            send(exchange, 200, "application/json", "{\"orders\":[]}\n");
        } else if (path.equals("/api/v1/auth/login")) {
            send(
                    exchange,
                    401,
                    "application/json",
                    "{\"error\":{\"code\":\"UNAUTHORIZED\",\"message\":\"Wrong e-mail or password.\"}}\n");
        } else {
            send(
                    exchange,
                    404,
                    "application/json",
                    "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"There is no such thing.\"}}\n");
        }
    }

    private static String lines(Iterable<String> texts) {
        StringBuilder lines = new StringBuilder();
        texts.forEach(text -> lines.append(text).append('\n'));
        return lines.toString();
    }

    /** The page that shows orders as they come. */
    private static String page() throws IOException {
        try (InputStream in = SampleShop.class.getResourceAsStream("live.html")) {
            return new String(Objects.requireNonNull(in, "live.html").readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** How long a token of the page lives. */
    private static Duration life(@Nullable String query) {
        String seconds = query == null ? "" : query.replaceFirst("^life=", "");
        return Duration.ofSeconds(seconds.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(seconds) : USUAL_LIFE);
    }

    private static String products(long number) {
        StringBuilder json =
                new StringBuilder("{\"answer_number\":").append(number).append(",\"products\":[");
        for (int i = 0; i < NAMES.size(); i++) {
            json.append(i == 0 ? "" : ",").append(product(i).strip());
        }
        return json.append("]}\n").toString();
    }

    private static String product(int index) {
        return "{\"id\":\"prod_" + index + "\",\"title\":\"" + NAMES.get(index) + "\",\"price\":\"" + (9 + index)
                + ".90\"}\n";
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
