package app.rcommerce.gateway.benchmarks.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One gateway without Redis, whose queue has a journal. For one thread. */
final class JournalDeployment implements Deployment {

    private static final String NAME = "gateway";
    /** How long it is waited for the journal to be made anew. */
    private static final long PATIENCE_MILLIS = 5_000;

    private static final Pattern FOUND = Pattern.compile("(\\d+) jobs from the journal");
    private static final String TORN = "were not written to their end and are cut off";

    private final Testbed testbed;
    private final QueueNode node;
    private final Path journal;
    /** There while the journal is made anew. */
    private final Path fresh;

    private int killedBesideFresh;

    /** One that has not been started. */
    JournalDeployment(Testbed testbed, int upstreamPort) {
        this.testbed = testbed;
        this.node = new QueueNode(testbed, NAME, upstreamPort, """
                [cache]
                cache_type = "Memory"
                """, "journal = \"jobs\"");
        this.journal = testbed.folder().resolve("jobs/webhooks.journal");
        this.fresh = journal.resolveSibling("webhooks.journal.new");
    }

    @Override
    public void start() throws IOException {
        node.start();
    }

    @Override
    public int port(Random random) {
        return node.port();
    }

    @Override
    public void disturb(Random random) throws IOException, InterruptedException {
        switch (random.nextInt(5)) {
            case 0 -> node.suspend(random);
            case 1 -> {
                long end = System.currentTimeMillis() + PATIENCE_MILLIS;
                while (!Files.exists(fresh) && System.currentTimeMillis() < end) {
                    Thread.sleep(1);
                }
                killedBesideFresh += Files.exists(fresh) ? 1 : 0;
                node.kill(random);
            }
            default -> node.kill(random);
        }
    }

    @Override
    public String report() throws IOException {
        List<String> lines = Files.readAllLines(testbed.logOf(NAME));
        long most = lines.stream()
                .map(FOUND::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElse(0);
        return "killed: %d, of which while the journal was made anew: %d; suspended beyond its leases: %d%n"
                        .formatted(node.killed(), killedBesideFresh, node.suspended())
                + "most jobs that a start has found: %d; starts that have cut off a torn record: %d; bytes of the journal at the end: %d"
                        .formatted(
                                most,
                                lines.stream()
                                        .filter(line -> line.contains(TORN))
                                        .count(),
                                Files.size(journal));
    }
}
