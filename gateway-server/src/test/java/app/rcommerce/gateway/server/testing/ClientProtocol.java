package app.rcommerce.gateway.server.testing;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/**
 * What the clients of a test speak: tests of what holds in every version of HTTP are run with each. Their clients write
 * and read HTTP/1.1 as text all the same; {@link TextOverHttp2} stands between.
 */
public enum ClientProtocol {
    HTTP_1_1(0),
    /** HTTP/2 in the clear, with prior knowledge, of a gateway with one event loop. */
    HTTP_2(1),
    /** The same with several event loops. */
    HTTP_2_MANY_LOOPS(3);

    private static final String LISTEN = "listen = [\"127.0.0.1:0\"]";

    private final int workers;

    ClientProtocol(int workers) {
        this.workers = workers;
    }

    public boolean isHttp2() {
        return this != HTTP_1_1;
    }

    /** Leaves out what has no counterpart in HTTP/2. */
    public void onlyInHttp11(String what) {
        Assumptions.assumeFalse(isHttp2(), "of HTTP/1.1 alone: " + what);
    }

    /** A gateway with this configuration, which must have one event loop, or say how many by its own. */
    public TestGateway start(String toml) throws IOException {
        if (!isHttp2()) {
            return TestGateway.start(toml);
        }
        if (!toml.contains(LISTEN)) {
            throw new IllegalArgumentException("no listener to change in: " + toml);
        }
        String loops = toml.contains("workers = ") ? "" : "\nworkers = " + workers;
        String changed = toml.replace("workers = 1\n", "workers = " + workers + "\n")
                .replaceFirst(
                        java.util.regex.Pattern.quote(LISTEN),
                        "listen = [{ address = \"127.0.0.1:0\", h2c = true }]" + loops);
        return TestGateway.start(changed).speaking(this);
    }

    /** A gateway whose only route forwards everything. */
    public TestGateway forwardingTo(int upstreamPort, int loops, String more) throws IOException {
        return start(TestGateway.forwarding(upstreamPort, loops, more));
    }

    /** A client of a port of this machine, whose kernel takes so many bytes ahead of it; 0 for the usual. */
    RawClient client(int port, int receiveBuffer) throws IOException {
        return isHttp2() ? RawClient.overHttp2(port, receiveBuffer) : new RawClient(port, receiveBuffer);
    }
}
