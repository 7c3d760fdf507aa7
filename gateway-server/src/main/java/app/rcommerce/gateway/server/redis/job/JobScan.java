package app.rcommerce.gateway.server.redis.job;

import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.server.redis.command.Command;
import app.rcommerce.gateway.server.redis.command.CommandDispatcher;
import app.rcommerce.gateway.server.redis.command.CommandResults;
import app.rcommerce.gateway.server.redis.command.Script;
import app.rcommerce.gateway.server.redis.link.CommandPurpose;
import app.rcommerce.gateway.server.redis.walk.Walk;
import app.rcommerce.gateway.store.job.JobStore.Query;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;

/** Goes through the jobs of a queue, page by page. Safe for any thread. */
final class JobScan {

    private static final Script LIST = Script.load(JobScan.class, "job.lua", "job_list.lua");
    private static final Script RESTORE = Script.load(JobScan.class, "job.lua", "job_restore.lua");
    private static final Script KNOWN = Script.load(JobScan.class, "job.lua", "job_counted.lua", "job_known.lua");
    private static final Script WEIGH = Script.load(JobScan.class, "job.lua", "job_counted.lua", "job_weigh.lua");
    private static final RedisCommand<List<Object>> LRANGE =
            new RedisCommand<>("LRANGE", new ObjectListReplayDecoder<>());
    private static final int PAGE = 500;
    private static final int OF_A_JOB = 3;
    /** What stands before the ids in a page of known jobs. */
    private static final int BEFORE_IDS = 5;

    private final CommandDispatcher dispatcher;
    private final UnaryOperator<String> prefixes;

    JobScan(CommandDispatcher dispatcher, UnaryOperator<String> prefixes) {
        this.dispatcher = dispatcher;
        this.prefixes = prefixes;
    }

    private interface Page {
        /** Whether there is to be a next one. */
        boolean look(List<JobRecord> jobs);
    }

    private void eachPage(Walk walk, QueueRule queue, JobState state, Page page) {
        String at = "0";
        do {
            List<?> answer = walk.await(CommandResults.read(
                    dispatcher.ask(LIST.call(
                            CommandPurpose.JOB_LIST, entries(queue), state.text(), at, Integer.toString(PAGE))),
                    JobEntries::list));
            List<JobRecord> jobs = new ArrayList<>();
            for (int i = 1; i + OF_A_JOB <= answer.size(); i += OF_A_JOB) {
                jobs.add(JobEntries.record(
                        JobEntries.text(answer, i),
                        state,
                        JobEntries.text(answer, i + 1),
                        JobEntries.number(answer, i + 2)));
            }
            at = JobEntries.text(answer, 0);
            if (!page.look(jobs)) {
                return;
            }
        } while (!at.isEmpty() && !at.equals("0"));
    }

    CompletionStage<List<JobRecord>> list(QueueRule queue, Query query) {
        return Walk.run(dispatcher, "the jobs of " + queue.name(), walk -> {
            List<JobRecord> found = new ArrayList<>();
            int[] looked = {0};
            eachPage(walk, queue, query.state(), jobs -> {
                for (JobRecord job : jobs) {
                    if (job.sinceMillis() >= query.sinceMillis()
                            && looked[0]++ < query.most()
                            && isMeant(walk, queue, query, job)) {
                        found.add(job);
                    }
                }
                return looked[0] < query.most();
            });
            return found;
        });
    }

    /** Looks at one job's JSON at a time, since all of them may be larger than the heap. */
    private boolean isMeant(Walk walk, QueueRule queue, Query query, JobRecord job) {
        return query.where() == null || query.where().test(text(walk, queue, job.id()));
    }

    private @Nullable String text(Walk walk, QueueRule queue, String id) {
        String key = key(queue, "/job:" + id);
        return walk.await(CommandResults.read(
                dispatcher.ask(Command.of(CommandPurpose.JOB_LIST, key, RedisCommands.GET, StringCodec.INSTANCE, key)),
                answer -> answer instanceof String text ? text : null));
    }

    private String key(QueueRule queue, String rest) {
        return prefixes.apply(queue.name()) + rest;
    }

    private String entries(QueueRule queue) {
        return key(queue, "/entries");
    }

    CompletionStage<Long> clear(QueueRule queue, boolean deadAlone, Function<String, CompletionStage<Boolean>> cancel) {
        return Walk.run(dispatcher, "the jobs of " + queue.name(), walk -> {
            List<JobState> states = deadAlone
                    ? List.of(JobState.DEAD)
                    : List.of(JobState.WAITING, JobState.READY, JobState.SCHEDULED, JobState.DEAD);
            long cleared = 0;
            for (JobState state : states) {
                List<String> ids = new ArrayList<>();
                eachPage(walk, queue, state, jobs -> {
                    jobs.forEach(job -> ids.add(job.id()));
                    return true;
                });
                for (String id : ids) {
                    if (walk.await(cancel.apply(id).toCompletableFuture())) {
                        cleared++;
                    }
                }
            }
            return cleared;
        });
    }

    /**
     * Puts jobs back that stand nowhere: those of which the queue knows, and that none of its lists has, since a key of
     * it has been lost; and weighs all of them. A list is read from where jobs come in, so that none that moves
     * meanwhile is missed.
     *
     * @param sinceMillis jobs that have moved since are left alone
     */
    CompletionStage<Integer> restore(QueueRule queue, long sinceMillis) {
        return Walk.run(dispatcher, "the jobs of " + queue.name(), walk -> {
            long[] ready = ready(walk, queue);
            List<String> suspects = new ArrayList<>();
            int found = 0;
            for (String id : known(walk, queue)) {
                if (Arrays.binarySearch(ready, hash(id)) < 0) {
                    suspects.add(id);
                }
                if (suspects.size() == PAGE) {
                    found += restore(walk, queue, sinceMillis, suspects);
                    suspects.clear();
                }
            }
            return found + (suspects.isEmpty() ? 0 : restore(walk, queue, sinceMillis, suspects));
        });
    }

    private int restore(Walk walk, QueueRule queue, long sinceMillis, List<String> ids) {
        List<String> arguments = new ArrayList<>(List.of(Long.toString(sinceMillis)));
        arguments.addAll(ids);
        return walk.await(CommandResults.read(
                dispatcher.ask(
                        RESTORE.call(CommandPurpose.JOB_SWEEP, entries(queue), arguments.toArray(String[]::new))),
                answer -> (int) JobEntries.number(JobEntries.list(answer), 0)));
    }

    /** Hashes of the ids of all jobs that are ready, in order: a million of them are eight megabytes. */
    private long[] ready(Walk walk, QueueRule queue) {
        long[] hashes = new long[PAGE];
        int count = 0;
        for (String name : List.of("high", "normal", "low")) {
            String key = key(queue, "/queue:" + name);
            for (int at = 0; ; at += PAGE) {
                List<?> page = walk.await(CommandResults.read(
                        dispatcher.ask(Command.of(
                                CommandPurpose.JOB_LIST,
                                key,
                                LRANGE,
                                StringCodec.INSTANCE,
                                key,
                                Integer.toString(at),
                                Integer.toString(at + PAGE - 1))),
                        JobEntries::list));
                if (count + page.size() > hashes.length) {
                    hashes = Arrays.copyOf(hashes, Math.max(2 * hashes.length, count + page.size()));
                }
                for (Object id : page) {
                    hashes[count++] = hash(String.valueOf(id));
                }
                if (page.size() < PAGE) {
                    break;
                }
            }
        }
        long[] sorted = Arrays.copyOf(hashes, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private static long hash(String id) {
        // FNV-1a: two ids that share one hide each other, once in some 10^13 for a million.
        long hash = 0xcbf29ce484222325L;
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        return hash;
    }

    /** The ids of all jobs of which the queue knows that may be ready; what all of them weigh is told on the way. */
    private List<String> known(Walk walk, QueueRule queue) {
        List<String> ids = new ArrayList<>();
        String at = "0";
        String counted = null;
        long[] sums = new long[3];
        do {
            List<?> answer = walk.await(CommandResults.read(
                    dispatcher.ask(KNOWN.call(CommandPurpose.JOB_LIST, entries(queue), at, Integer.toString(PAGE))),
                    JobEntries::list));
            at = JobEntries.text(answer, 0);
            counted = counted == null ? JobEntries.text(answer, 1) : counted;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += JobEntries.number(answer, 2 + i);
            }
            for (int i = BEFORE_IDS; i < answer.size(); i++) {
                ids.add(JobEntries.text(answer, i));
            }
        } while (!at.isEmpty() && !at.equals("0"));
        walk.await(CommandResults.read(
                dispatcher.ask(WEIGH.call(
                        CommandPurpose.JOB_SWEEP,
                        entries(queue),
                        counted,
                        Long.toString(sums[0]),
                        Long.toString(sums[1]),
                        Long.toString(sums[2]))),
                JobEntries::list));
        return ids;
    }
}
