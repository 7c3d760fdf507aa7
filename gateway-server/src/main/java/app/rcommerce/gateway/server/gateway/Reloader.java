package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.SourceFile;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.server.chore.Chore;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reload of the configuration: on demand, or when one of its files has changed. A file that does not check leaves
 * the running configuration in force. Changes are judged against what the last reading found, also where it was refused
 * or a file was missing, so that the configuration in force follows the files once they stop changing. Safe for any
 * thread.
 */
final class Reloader {

    /** The part of the gateway that is reloaded. */
    interface Reloadable {

        /** Puts another configuration to work. */
        void reload(GatewayConfig config);

        /** Called with whether the configuration read last is in force. */
        void reloaded(boolean good);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);
    private static final long LOOK_MILLIS = 1000;

    private final Path main;
    private final Function<String, @Nullable String> variables;
    private final Reloadable target;
    private volatile List<ConfigProblem> problems = List.of();
    private volatile boolean closed;
    private List<SourceFile> read;

    /**
     * A reloader that has not read anything yet.
     *
     * @param first what is in force
     * @param variables the environment
     */
    Reloader(GatewayConfig first, Function<String, @Nullable String> variables, Reloadable target) {
        this.main = first.files().getFirst();
        this.read = first.sources();
        this.variables = variables;
        this.target = target;
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
        Chore looking = new Chore("the look at the configuration's files", this::look);
        try {
            while (!closed) {
                Thread.sleep(LOOK_MILLIS);
                looking.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reloads if a file has changed since the last reading; returns whether one has. */
    synchronized boolean look() {
        if (closed || read.stream().allMatch(SourceFile::isCurrent)) {
            return false;
        }
        LOG.info("a configuration file has changed");
        reload();
        return true;
    }

    /** Reads the files and puts them to work if they check; answers what is wrong with them otherwise. */
    synchronized List<ConfigProblem> reload() {
        List<ConfigProblem> found = switch (ConfigReader.read(main, variables)) {
            case ConfigReader.Result.Loaded loaded -> {
                read = loaded.config().sources();
                yield putToWork(loaded.config());
            }
            case ConfigReader.Result.Rejected rejected -> {
                read = rejected.sources();
                yield rejected.problems();
            }
        };
        if (found.isEmpty()) {
            LOG.info("the configuration was reloaded");
        } else {
            LOG.error("the configuration was not reloaded; the old one stays in force");
            found.forEach(problem -> LOG.error("{}", problem));
        }
        problems = found;
        target.reloaded(found.isEmpty());
        return found;
    }

    private List<ConfigProblem> putToWork(GatewayConfig config) {
        try {
            target.reload(config);
            return List.of();
        } catch (RuntimeException e) {
            LOG.error("the configuration checks, but cannot be put to work", e);
            return List.of(new ConfigProblem(
                    main.toString(), 0, 0, "", String.valueOf(e.getMessage()), "what can be put to work"));
        }
    }

    /** What was wrong at the last attempt; empty where it succeeded. */
    List<ConfigProblem> problems() {
        return problems;
    }
}
