package app.rcommerce.gateway.job;

import app.rcommerce.gateway.webhook.WebhookSigner;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue as it is configured. Immutable.
 *
 * @param name its name, which its keys have
 * @param retry when jobs are tried again
 * @param concurrency how many jobs are worked on at the same time, over all nodes
 * @param pace how many jobs are begun in a time, over all nodes; null for as many as there are
 * @param maxJobs how many jobs there are at most, apart from dead ones
 * @param maxBytes how many bytes the jobs have at most, apart from dead ones
 * @param maxDead how many dead jobs are kept; the oldest ones leave
 * @param lease how long a worker has a job without saying that it goes on
 * @param timeout how long one attempt may take; shorter than the lease
 * @param maxCrashes how often workers may die over a job before it is given up
 * @param kept how long it is known of a job that it is done
 * @param durable whether a job counts as accepted only once it is on the disk of Redis
 * @param redacted the fields of payloads that operators are not shown, by name
 * @param journal the directory of the queue's journal, where there is no Redis; null for none
 * @param signer of what is delivered; null where it is not signed
 */
public record QueueRule(
        String name,
        RetryPlan retry,
        int concurrency,
        @Nullable Pace pace,
        long maxJobs,
        long maxBytes,
        int maxDead,
        Duration lease,
        Duration timeout,
        int maxCrashes,
        Duration kept,
        boolean durable,
        List<String> redacted,
        @Nullable String journal,
        @Nullable WebhookSigner signer) {

    /** The name of the queue of the gateway's own work; no configured one has it. */
    public static final String UPKEEP = "gateway";

    private static final QueueRule UPKEEP_RULE = new QueueRule(
            UPKEEP,
            RetryPlan.DEFAULT,
            1,
            null,
            1_000,
            1L << 20,
            100,
            Duration.ofSeconds(5),
            Duration.ofSeconds(4),
            5,
            Duration.ofHours(24),
            false,
            List.of(),
            null,
            null);

    public QueueRule {
        redacted = List.copyOf(redacted);
    }

    /** The same queue with this journal. */
    public QueueRule withJournal(@Nullable String directory) {
        return new QueueRule(
                name,
                retry,
                concurrency,
                pace,
                maxJobs,
                maxBytes,
                maxDead,
                lease,
                timeout,
                maxCrashes,
                kept,
                durable,
                redacted,
                directory,
                signer);
    }

    /** A queue of this name for which nothing else is said. */
    public static QueueRule of(String name) {
        return new QueueRule(
                name,
                RetryPlan.DEFAULT,
                8,
                null,
                1_000_000,
                1L << 30,
                10_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                5,
                Duration.ofHours(24),
                false,
                List.of(),
                null,
                null);
    }

    /** The queue of the gateway's own work: one job at a time, over all nodes. */
    public static QueueRule upkeep() {
        return UPKEEP_RULE;
    }
}
