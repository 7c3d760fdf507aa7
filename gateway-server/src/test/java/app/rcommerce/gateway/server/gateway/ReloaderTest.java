package app.rcommerce.gateway.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.ConfigProblem;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.table.ConfigReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is written, in whatever order, a reloader ends with what is on the disk. Real files; one look at a time. */
class ReloaderTest {

    private static final String UPSTREAM = """
            [upstreams.u]
            servers = ["http://h"]
            [[routes]]
            name = "all"
            path = "/**"
            upstream = "u"
            """;
    private static final FileTime SOME_TIME = FileTime.fromMillis(1_767_225_600_000L);

    @TempDir
    private Path folder;

    private Path main;
    private Reloader reloader;
    private final Target target = new Target();
    /** Done when a reading asks for the variable {@code NOW}, which is in the middle of the main file. */
    private Runnable inTheMiddle = () -> {};

    private static class Target implements Reloader.Reloadable {
        @Nullable
        GatewayConfig config;

        boolean good = true;
        int attempts;

        @Nullable
        RuntimeException failure;

        @Override
        public void reload(GatewayConfig read) {
            if (failure != null) {
                throw failure;
            }
            config = read;
        }

        @Override
        public void reloaded(boolean nowGood) {
            good = nowGood;
            attempts++;
        }
    }

    @BeforeEach
    void start() {
        main = folder.resolve("gateway.toml");
        write(main, text(1, ""));
        target.config = read();
        reloader = new Reloader(target.config, this::variable, target);
        assertThat(reloader.look()).as("nothing has changed").isFalse();
    }

    private static String text(int workers, String included) {
        return (included.isEmpty() ? "" : "include = [\"" + included + "\"]\n") + "[server]\nworkers = " + workers
                + "\n" + UPSTREAM;
    }

    private @Nullable String variable(String name) {
        if (!name.equals("NOW")) {
            return null;
        }
        Runnable once = inTheMiddle;
        inTheMiddle = () -> {};
        once.run();
        return "now";
    }

    private GatewayConfig read() {
        return switch (ConfigReader.read(main, name -> "now")) {
            case ConfigReader.Result.Loaded loaded -> loaded.config();
            case ConfigReader.Result.Rejected rejected ->
                throw new AssertionError(rejected.problems().toString());
        };
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int workers() {
        return target.config.server().workers();
    }

    @Test
    void aFileThatChangesWhileItIsBeingReadIsReadAgain() {
        Path included = folder.resolve("now.toml");
        write(included, "[server]\naccess_log = true\n");
        inTheMiddle = () -> {
            write(main, text(3, "${NOW}.toml"));
            write(included, "[server]\naccess_log = false\n");
        };
        write(main, text(2, "${NOW}.toml"));

        assertThat(reloader.look()).isTrue();
        assertThat(workers()).as("what was read before the change").isEqualTo(2);
        assertThat(reloader.look()).isTrue();
        assertThat(workers()).isEqualTo(3);
        assertThat(target.config.server().accessLog()).isFalse();
        assertThat(reloader.look()).isFalse();
    }

    @Test
    void aFileThatChangesWhileItIsBeingPutToWorkIsReadAgain() {
        Target slow = new Target() {
            @Override
            public void reload(GatewayConfig read) {
                super.reload(read);
                if (read.server().workers() == 2) {
                    write(main, text(3, ""));
                }
            }
        };
        Reloader one = new Reloader(target.config, this::variable, slow);
        write(main, text(2, ""));

        assertThat(one.look()).isTrue();
        assertThat(one.look()).isTrue();
        assertThat(slow.config.server().workers()).isEqualTo(3);
    }

    @Test
    void aFileThatHasChangedSinceTheProcessReadItIsReadAgain() {
        GatewayConfig first = read();
        write(main, text(4, ""));

        assertThat(new Reloader(first, this::variable, target).look()).isTrue();
        assertThat(workers()).isEqualTo(4);
    }

    @Test
    void aNewlyIncludedFileIsLookedAtAgainOnceItsMistakeIsMended() {
        Path included = folder.resolve("more.toml");
        write(included, "[server]\naccess_log = \"perhaps\"\n");
        write(main, text(2, "more.toml"));
        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isFalse();
        assertThat(reloader.problems())
                .extracting(ConfigProblem::toString)
                .singleElement()
                .asString()
                .contains("more.toml:2");
        assertThat(reloader.look()).as("nothing has changed since").isFalse();

        write(included, "[server]\naccess_log = false\n");

        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isTrue();
        assertThat(reloader.problems()).isEmpty();
        assertThat(workers()).isEqualTo(2);
    }

    @Test
    void aFileThatIsIncludedBeforeItIsThereIsReadWhenItAppears() {
        write(main, text(2, "conf.d/later.toml"));
        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isFalse();

        write(folder.resolve("conf.d/later.toml"), "[server]\naccess_log = false\n");

        assertThat(reloader.look()).isTrue();
        assertThat(target.config.server().accessLog()).isFalse();
    }

    @Test
    void aFileOfKeysWithAMistakeIsLookedAtAgain() {
        String jwt = "[auth.jwt]\nalgorithms = [\"RS256\"]\njwks_file = \"keys.json\"\n";
        write(folder.resolve("keys.json"), "{");
        write(main, text(2, "") + jwt);
        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isFalse();

        write(folder.resolve("keys.json"), "{\"keys\": [{\"kty\": \"RSA\"}]}");

        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isTrue();
    }

    @Test
    void aFileThatVanishesIsReportedAndReadWhenItReturns() throws IOException {
        String text = Files.readString(main);
        Files.delete(main);
        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isFalse();
        assertThat(reloader.look()).isFalse();

        write(main, text);

        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isTrue();
    }

    @Test
    void aChangeOfTheSameLengthInTheSameSecondIsSeen() throws IOException {
        Files.setLastModifiedTime(main, SOME_TIME);
        assertThat(reloader.look()).isFalse();

        write(main, text(9, ""));
        Files.setLastModifiedTime(main, SOME_TIME);

        assertThat(reloader.look()).isTrue();
        assertThat(workers()).isEqualTo(9);
    }

    @Test
    void foldersThatAreSwappedByALinkAreSeen() throws IOException {
        // As Kubernetes does with a ConfigMap: gateway.toml -> ..data/gateway.toml, ..data -> a folder.
        write(folder.resolve("one/gateway.toml"), text(5, "more.toml"));
        write(folder.resolve("one/more.toml"), "[server]\naccess_log = false\n");
        write(folder.resolve("two/gateway.toml"), text(6, "more.toml"));
        write(folder.resolve("two/more.toml"), "[server]\naccess_log = true\n");
        Files.delete(main);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("one"));
        Files.createSymbolicLink(main, Path.of("..data/gateway.toml"));
        Files.createSymbolicLink(folder.resolve("more.toml"), Path.of("..data/more.toml"));
        assertThat(reloader.look()).isTrue();
        assertThat(workers()).isEqualTo(5);

        Files.createSymbolicLink(folder.resolve("..next"), Path.of("two"));
        Files.move(folder.resolve("..next"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(reloader.look()).isTrue();
        assertThat(workers()).isEqualTo(6);
        assertThat(target.config.server().accessLog()).isTrue();
    }

    @Test
    void whatCannotBePutToWorkIsAFailureAndDoesNotEndTheWatching() {
        target.failure = new IllegalStateException("no such thing");
        write(main, text(2, ""));
        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isFalse();
        assertThat(reloader.problems())
                .singleElement()
                .extracting(ConfigProblem::value)
                .isEqualTo("no such thing");

        target.failure = null;
        write(main, text(3, ""));

        assertThat(reloader.look()).isTrue();
        assertThat(target.good).isTrue();
        assertThat(workers()).isEqualTo(3);
    }

    @Test
    void inEveryOrderOfWritesTheEndIsWhatIsOnTheDisk() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            int writes = 1 + random.nextInt(4);
            List<Runnable> early = new ArrayList<>();
            for (int i = 0; i < writes; i++) {
                early.add(change(random));
            }
            Runnable late = change(random);
            inTheMiddle = random.nextBoolean() ? late : () -> {};
            early.forEach(Runnable::run);
            int looks = 0;
            while (reloader.look()) {
                assertThat(++looks).as("seed %d, round %d", seed, round).isLessThan(4);
            }
            switch (ConfigReader.read(main, name -> "now")) {
                case ConfigReader.Result.Loaded(GatewayConfig disk) -> {
                    assertThat(target.good).as("seed %d, round %d", seed, round).isTrue();
                    assertThat(target.config.server())
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo(disk.server());
                }
                case ConfigReader.Result.Rejected rejected ->
                    assertThat(reloader.problems())
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo(rejected.problems());
            }
        }
    }

    /** Any of the things that are done to a configuration. */
    private Runnable change(Random random) {
        Path included = folder.resolve(random.nextBoolean() ? "now.toml" : "other.toml");
        int workers = 1 + random.nextInt(9);
        boolean flag = random.nextBoolean();
        return switch (random.nextInt(8)) {
            case 0 -> () -> write(main, text(workers, ""));
            case 1 -> () -> write(main, text(workers, "${NOW}.toml"));
            case 2 -> () -> write(main, text(workers, "${NOW}.toml").replace(".toml\"", ".toml\", \"other.toml\""));
            case 3 -> () -> write(main, "workers = ");
            case 4, 5 -> () -> write(included, "[server]\naccess_log = " + flag + "\n");
            case 6 -> () -> write(included, "[server]\naccess_log = \"perhaps\"\n");
            default -> () -> delete(included);
        };
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
