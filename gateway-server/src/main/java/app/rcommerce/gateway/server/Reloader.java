package app.rcommerce.gateway.server;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration anew when it is told to or when one of its files has changed. A file that does not check leaves
 * the gateway as it runs. Safe for any thread.
 */
final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);
    private static final long LOOK_MILLIS = 1000;

    /** What a file was when it was looked at. */
    private record Look(FileTime changed, long size) {}

    private final Path main;
    private final Gateway gateway;
    private volatile List<Path> files;
    private volatile List<ConfigProblem> problems = List.of();
    private volatile boolean closed;
    private List<Look> seen;

    Reloader(Gateway gateway) {
        this.gateway = gateway;
        this.files = gateway.config().files();
        this.main = files.getFirst();
        this.seen = look();
    }

    /** Watches the files from now on, on a thread of its own. */
    void watch() {
        Thread.ofVirtual().name("config watch").start(this::watchUntilClosed);
    }

    /** Ends the watching. */
    void close() {
        closed = true;
    }

    private void watchUntilClosed() {
        try {
            while (!closed) {
                Thread.sleep(LOOK_MILLIS);
                List<Look> now = look();
                if (!now.equals(seen())) {
                    LOG.info("a configuration file has changed");
                    reload();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Look> seen() {
        return seen;
    }

    private List<Look> look() {
        List<Look> looks = new ArrayList<>();
        for (Path file : files) {
            try {
                looks.add(new Look(Files.getLastModifiedTime(file), Files.size(file)));
            } catch (IOException e) {
                looks.add(new Look(FileTime.fromMillis(0), -1));
            }
        }
        return looks;
    }

    /** Reads the files and puts them to work if they check; answers what is wrong with them otherwise. */
    synchronized List<ConfigProblem> reload() {
        ConfigReader.Result result = ConfigReader.read(main, name -> System.getenv(name));
        List<ConfigProblem> found =
                switch (result) {
                    case ConfigReader.Result.Loaded loaded -> {
                        gateway.reload(loaded.config());
                        files = loaded.config().files();
                        LOG.info("the configuration was reloaded");
                        yield List.of();
                    }
                    case ConfigReader.Result.Rejected rejected -> {
                        LOG.error("the configuration was not reloaded; the old one stays in force");
                        rejected.problems().forEach(problem -> LOG.error("{}", problem));
                        yield rejected.problems();
                    }
                };
        seen = look();
        problems = found;
        gateway.metrics().reloaded(found.isEmpty());
        return found;
    }

    /** What was wrong at the last attempt; empty where it succeeded. */
    List<ConfigProblem> problems() {
        return problems;
    }
}
