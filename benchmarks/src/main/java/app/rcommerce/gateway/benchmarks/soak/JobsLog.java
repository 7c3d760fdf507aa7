package app.rcommerce.gateway.benchmarks.soak;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What clients of a queue were answered, what has come to its upstream, and the verdict on both. Synchronized. */
final class JobsLog {

    /** A job by who has sent it, and which one of that client's it is. */
    record Job(int client, long number) {

        /** Whether its client wants all that it sends forwarded in that order. */
        boolean isOrdered() {
            return client % 2 == 0;
        }
    }

    private final Set<Job> accepted = new HashSet<>();
    private final List<Job> deliveries = new ArrayList<>();
    private final Set<Job> delivered = new HashSet<>();
    private long refused;
    private long failed;

    /** It was answered 202. */
    synchronized void accepted(Job job) {
        accepted.add(job);
    }

    /** One was answered otherwise, or not at all. */
    synchronized void refused() {
        refused++;
    }

    /** It has come to the upstream, which takes it. */
    synchronized void delivered(Job job) {
        deliveries.add(job);
        delivered.add(job);
    }

    /** One has come to the upstream, which does not take it. */
    synchronized void failed() {
        failed++;
    }

    /** How many have been delivered, those that came again among them. */
    synchronized long deliveries() {
        return deliveries.size();
    }

    /** Whether all that was accepted has been delivered. */
    synchronized boolean isComplete() {
        return delivered.containsAll(accepted);
    }

    /** Prints what has become of all; whether something was accepted, all of it was delivered, and in its order. */
    synchronized boolean report() {
        Set<Job> seen = new HashSet<>();
        Map<Integer, Long> last = new HashMap<>();
        List<String> faults = new ArrayList<>();
        long again = 0;
        long againBehind = 0;
        for (Job job : deliveries) {
            // One that was not answered may have come in behind those that its client has sent after it.
            boolean isJudged = job.isOrdered() && accepted.contains(job);
            long before = last.getOrDefault(job.client(), 0L);
            if (!seen.add(job)) {
                again++;
                againBehind += isJudged && before > job.number() ? 1 : 0;
            } else if (isJudged) {
                if (before > job.number()) {
                    faults.add("out of order: " + job + " behind " + before);
                }
                last.put(job.client(), job.number());
            }
        }
        int disordered = faults.size();
        accepted.stream().filter(job -> !seen.contains(job)).forEach(job -> faults.add("lost: " + job));
        System.out.printf(
                "answered 202: %d; refused or without an answer: %d, of which forwarded all the same: %d%n",
                accepted.size(),
                refused,
                seen.stream().filter(job -> !accepted.contains(job)).count());
        System.out.printf(
                "forwarded: %d; again: %d, of which behind a later one of their order: %d; answered 500 by the upstream: %d%n",
                seen.size(), again, againBehind, failed);
        System.out.printf("lost: %d; out of order: %d%n", faults.size() - disordered, disordered);
        faults.stream().limit(20).forEach(System.out::println);
        return faults.isEmpty() && !accepted.isEmpty();
    }
}
