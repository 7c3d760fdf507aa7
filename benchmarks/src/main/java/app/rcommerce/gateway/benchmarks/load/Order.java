package app.rcommerce.gateway.benchmarks.load;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The parameters of a run. Immutable.
 *
 * @param address whom
 * @param request the bytes of one request
 * @param rate requests a second
 * @param seconds how long answers are counted
 * @param connections how many are kept open
 */
record Order(InetSocketAddress address, byte[] request, int rate, int seconds, int connections) {

    /** Seconds at the same rate before answers are counted. */
    static final int WARM_UP_SECONDS = 3;

    /**
     * Reads {@code URL RATE SECONDS CONNECTIONS [FIELD...]}; throws IllegalArgumentException where that is not what it
     * is.
     */
    static Order parse(List<String> arguments) {
        if (arguments.size() < 4) {
            throw new IllegalArgumentException("expected: URL RATE SECONDS CONNECTIONS ['NAME: VALUE'...]");
        }
        URI url = URI.create(arguments.getFirst());
        if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getPort() < 0) {
            throw new IllegalArgumentException(url + " (expected: http://HOST:PORT/PATH)");
        }
        StringBuilder head =
                new StringBuilder("GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n");
        for (String field : arguments.subList(4, arguments.size())) {
            head.append(field).append("\r\n");
        }
        return new Order(
                new InetSocketAddress(url.getHost(), url.getPort()),
                head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1),
                positive("RATE", arguments.get(1)),
                positive("SECONDS", arguments.get(2)),
                positive("CONNECTIONS", arguments.get(3)));
    }

    /** All requests, warm-up included. */
    long requests() {
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
