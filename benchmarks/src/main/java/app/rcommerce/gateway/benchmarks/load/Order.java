package app.rcommerce.gateway.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a run. Immutable.
 *
 * @param address whom
 * @param protocol by what
 * @param requests those that are sent in turn
 * @param rate requests a second
 * @param seconds how long answers are counted
 * @param connections how many are kept open
 * @param streams how many requests a connection has under way at most
 */
record Order(
        InetSocketAddress address,
        Protocol protocol,
        List<LoadRequest> requests,
        int rate,
        int seconds,
        int connections,
        int streams) {

    /** The version of HTTP, and whether it is spoken by TLS; each by the scheme of a URL that names it. */
    enum Protocol {
        HTTP(false, false),
        HTTPS(false, true),
        H2C(true, false),
        H2(true, true);

        private final boolean http2;
        private final boolean tls;

        Protocol(boolean http2, boolean tls) {
            this.http2 = http2;
            this.tls = tls;
        }

        boolean isHttp2() {
            return http2;
        }

        boolean isTls() {
            return tls;
        }

        private static Optional<Protocol> of(@Nullable String scheme) {
            return Arrays.stream(values())
                    .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(scheme))
                    .findFirst();
        }
    }

    /** Seconds at the same rate before answers are counted. */
    static final int WARM_UP_SECONDS = 3;

    /** What a field has instead of a value whose values are the lines of a file, as in {@code X-API-Key: @keys}. */
    private static final String FILE = ": @";

    /**
     * Reads {@code URL RATE SECONDS CONNECTIONS[xSTREAMS] [FIELD...]}. The scheme of the URL is that of a protocol,
     * only HTTP/2 has several streams. A field is {@code NAME: VALUE}, or {@code NAME: @FILE} for each line of a file
     * in turn. Throws IllegalArgumentException where that is not what it is.
     */
    static Order parse(List<String> arguments) {
        if (arguments.size() < 4) {
            throw new IllegalArgumentException(
                    "expected: URL RATE SECONDS CONNECTIONS[xSTREAMS] ['NAME: VALUE' | 'NAME: @FILE'...]");
        }
        URI url = URI.create(arguments.getFirst());
        Protocol protocol = Protocol.of(url.getScheme()).orElse(null);
        if (protocol == null || url.getHost() == null || url.getPort() < 0) {
            throw new IllegalArgumentException(url + " (expected: http://HOST:PORT/PATH, or https, h2c or h2)");
        }
        String[] connections = arguments.get(3).split("x", 2);
        int streams = connections.length == 1 ? 1 : positive("STREAMS", connections[1]);
        if (streams > 1 && !protocol.isHttp2()) {
            throw new IllegalArgumentException(arguments.get(3) + " (expected: no streams, which only HTTP/2 has)");
        }
        return new Order(
                new InetSocketAddress(url.getHost(), url.getPort()),
                protocol,
                requests(url, protocol, arguments.subList(4, arguments.size())),
                positive("RATE", arguments.get(1)),
                positive("SECONDS", arguments.get(2)),
                positive("CONNECTIONS", connections[0]),
                streams);
    }

    /** As many requests as the longest file has lines; what a shorter one has begins anew. */
    private static List<LoadRequest> requests(URI url, Protocol protocol, List<String> fields) {
        List<List<String>> turns = fields.stream().map(Order::turns).toList();
        int count = turns.stream().mapToInt(List::size).max().orElse(1);
        List<LoadRequest> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            requests.add(LoadRequest.get(
                    url,
                    protocol,
                    turns.stream().map(turn -> turn.get(number % turn.size())).toList()));
        }
        return List.copyOf(requests);
    }

    /** The field of each request in turn. */
    private static List<String> turns(String field) {
        int at = field.indexOf(FILE);
        if (at < 0) {
            return List.of(field);
        }
        String file = field.substring(at + FILE.length());
        List<String> values;
        try {
            values = Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalArgumentException(field + " (expected: a file that can be read): " + e, e);
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException(field + " (expected: a file with a line or more)");
        }
        String name = field.substring(0, at);
        return values.stream().map(value -> name + ": " + value).toList();
    }

    /** A request, by its number from the start of the run. */
    LoadRequest request(long number) {
        return requests.get((int) (number % requests.size()));
    }

    /** The bytes of the longest request by HTTP/1.1. */
    int longest() {
        return requests.stream()
                .mapToInt(request -> request.http1().length)
                .max()
                .orElse(0);
    }

    /** How many requests a run has, warm-up included. */
    long count() {
        return (long) rate * (WARM_UP_SECONDS + seconds);
    }

    /** The first request that is counted. */
    long firstCounted() {
        return (long) rate * WARM_UP_SECONDS;
    }

    /** Nanoseconds from the start at which a request should be sent. */
    long due(long request) {
        return (long) (request * 1e9 / rate);
    }

    private static int positive(String name, String text) {
        int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        if (number < 1) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: a number from 1)");
        }
        return number;
    }
}
