package app.rcommerce.gateway.server.testing;

import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.gateway.Gateway;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway in this process on free ports, configured by a text. */
public final class TestGateway implements AutoCloseable {

    private final Gateway gateway;
    private final Recorder recorder;
    private ClientProtocol protocol = ClientProtocol.HTTP_1_1;

    /** Keeps what was told of finished exchanges. */
    private static final class Recorder implements Traffic {
        final List<Finished> finished = new CopyOnWriteArrayList<>();
        final AtomicInteger open = new AtomicInteger();

        @Override
        public void finished(Finished one) {
            finished.add(one);
        }

        @Override
        public void connectionOpened() {
            open.incrementAndGet();
        }

        @Override
        public void connectionClosed() {
            open.decrementAndGet();
        }
    }

    private TestGateway(Gateway gateway, Recorder recorder) {
        this.gateway = gateway;
        this.recorder = recorder;
    }

    /** The checked configuration of a text. */
    public static GatewayConfig config(String toml) throws IOException {
        Path file = Files.createTempFile("gateway", ".toml");
        try {
            Files.writeString(file, toml);
            return config(file);
        } finally {
            Files.delete(file);
        }
    }

    private static GatewayConfig config(Path file) {
        return switch (ConfigReader.read(file, name -> null)) {
            case ConfigReader.Result.Loaded loaded -> loaded.config();
            case ConfigReader.Result.Rejected rejected ->
                throw new IllegalArgumentException(rejected.problems().toString());
        };
    }

    /** A gateway with the configuration of a file, which stays. */
    public static TestGateway start(Path file) throws IOException {
        Recorder recorder = new Recorder();
        return new TestGateway(Gateway.start(config(file), recorder), recorder);
    }

    /** A gateway with this configuration; it must listen on port 0. */
    public static TestGateway start(String toml) throws IOException {
        Recorder recorder = new Recorder();
        return new TestGateway(Gateway.start(config(toml), recorder), recorder);
    }

    /** A gateway whose only route forwards everything, with so many event loops and some more of {@code [server]}. */
    public static TestGateway forwardingTo(int upstreamPort, int workers, String more) throws IOException {
        return start(forwarding(upstreamPort, workers, more));
    }

    static String forwarding(int upstreamPort, int workers, String more) {
        return """
                [server]
                listen = ["127.0.0.1:0"]
                workers = %d
                shutdown_grace = "5s"
                %s
                [server.admin]
                listen = "127.0.0.1:0"
                [upstreams.origin]
                servers = ["http://127.0.0.1:%d"]
                timeout = "2s"
                connect_timeout = "1s"
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "origin"
                """.formatted(workers, more, upstreamPort);
    }

    /** Has its clients speak this. */
    TestGateway speaking(ClientProtocol other) {
        protocol = other;
        return this;
    }

    public Gateway gateway() {
        return gateway;
    }

    public int port() {
        return gateway.addresses().getFirst().getPort();
    }

    public List<Finished> finished() {
        return recorder.finished;
    }

    public int openConnections() {
        return recorder.open.get();
    }

    public RawClient client() throws IOException {
        return client(0);
    }

    /** A client whose kernel takes so many bytes ahead of it. */
    public RawClient client(int receiveBuffer) throws IOException {
        return protocol.client(port(), receiveBuffer);
    }

    @Override
    public void close() {
        gateway.stop();
        Path file = gateway.config().files().getFirst();
        if (!Files.exists(file)) {
            // What it remembers beside a file that was for this test alone.
            new File(file + ".nodes").delete();
        }
    }
}
