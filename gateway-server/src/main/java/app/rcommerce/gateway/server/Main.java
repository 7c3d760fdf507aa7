package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.ConfigReader;
import java.nio.file.Path;

/** Temporary. */
public final class Main {

    private Main() {}

    /** Runs. */
    public static void main(String[] args) throws Exception {
        switch (ConfigReader.read(Path.of(args[0]), n -> System.getenv(n))) {
            case ConfigReader.Result.Loaded loaded -> {
                Gateway g = Gateway.start(loaded.config(), (a, b) -> {}, new app.rcommerce.gateway.server.net.Traffic() {
                    @Override public void finished(app.rcommerce.gateway.server.net.Finished f) { System.err.println(f); }
                    @Override public void connectionOpened() {}
                    @Override public void connectionClosed() {}
                });
                System.err.println("listening " + g.addresses());
                Runtime.getRuntime().addShutdownHook(new Thread(g::stop));
                Thread.currentThread().join();
            }
            case ConfigReader.Result.Rejected r -> r.problems().forEach(p -> System.err.println(p));
        }
    }
}
