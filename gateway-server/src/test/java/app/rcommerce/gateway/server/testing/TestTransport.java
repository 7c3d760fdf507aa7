package app.rcommerce.gateway.server.testing;

import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.server.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Event loops for tests, of the kind that works here. */
public final class TestTransport {

    private TestTransport() {}

    /** Starts so many event loops. */
    public static Transport start(int workers) {
        try {
            return Transport.start(workers, ServerConfig.Transport.AUTO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
