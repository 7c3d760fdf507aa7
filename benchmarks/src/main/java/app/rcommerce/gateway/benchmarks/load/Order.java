package app.rcommerce.gateway.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of a run. Immutable.
 *
 * @param address whom
 * @param requests the bytes of the requests that are sent in turn
 * @param rate requests a second
 * @param seconds how long answers are counted
 * @param connections how many are kept open
 */
record Order(InetSocketAddress address, List<byte[]> requests, int rate, int seconds, int connections) {

    /** Seconds at the same rate before answers are counted. */
    static final int WARM_UP_SECONDS = 3;

    /** What a field has instead of a value whose values are the lines of a file, as in {@code X-API-Key: @keys}. */
    private static final String FILE = ": @";

    /**
     * Reads {@code URL RATE SECONDS CONNECTIONS [FIELD...]}. A field is {@code NAME: VALUE}, or {@code NAME: @FILE} for
     * each line of a file in turn. Throws IllegalArgumentException where that is not what it is.
     */
    static Order parse(List<String> arguments) {
        if (arguments.size() < 4) {
            throw new IllegalArgumentException(
                    "expected: URL RATE SECONDS CONNECTIONS ['NAME: VALUE' | 'NAME: @FILE'...]");
        }
        URI url = URI.create(arguments.getFirst());
        if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getPort() < 0) {
            throw new IllegalArgumentException(url + " (expected: http://HOST:PORT/PATH)");
        }
        String start = "GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n";
        return new Order(
                new InetSocketAddress(url.getHost(), url.getPort()),
                requests(start, arguments.subList(4, arguments.size())),
                positive("RATE", arguments.get(1)),
                positive("SECONDS", arguments.get(2)),
                positive("CONNECTIONS", arguments.get(3)));
    }

    /** As many requests as the longest file has lines; what a shorter one has begins anew. */
    private static List<byte[]> requests(String start, List<String> fields) {
        List<List<String>> turns = fields.stream().map(Order::turns).toList();
        int count = turns.stream().mapToInt(List::size).max().orElse(1);
        List<byte[]> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            StringBuilder head = new StringBuilder(start);
            for (List<String> turn : turns) {
                head.append(turn.get(i % turn.size())).append("\r\n");
            }
            requests.add(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
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

    /** The bytes of a request, by its number from the start of the run. */
    byte[] request(long number) {
        return requests.get((int) (number % requests.size()));
    }

    /** The bytes of the longest request. */
    int longest() {
        return requests.stream().mapToInt(request -> request.length).max().orElse(0);
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
