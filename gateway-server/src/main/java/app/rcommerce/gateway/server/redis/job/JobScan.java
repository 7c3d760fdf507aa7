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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    /** What an entry has in the place of an order. */
    private static final String NO_ORDER = "-";

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

    /** A job that stands nowhere as far as is known, by when it came in. */
    private record Suspect(String id, long sinceMillis, String order) {}

    /**
     * Puts jobs back that stand nowhere: those of which the queue knows, and that none of its lists has, since a key of
     * it has been lost; and weighs all of them. A list is read from where jobs come in, so that none that moves
     * meanwhile is missed.
     *
     * @param sinceMillis jobs that have moved since are left alone
     */
    CompletionStage<Integer> restore(QueueRule queue, long sinceMillis) {
        return Walk.run(dispatcher, "the jobs of " + queue.name(), walk -> {
            IdSet ready = new IdSet();
            for (String name : List.of("high", "normal", "low")) {
                ready(walk, key(queue, "/queue:" + name), ready);
            }
            List<Suspect> suspects = known(walk, queue, ready);
            IdSet waiting = new IdSet();
            Set<String> orders = new HashSet<>();
            suspects.forEach(job -> orders.add(job.order()));
            orders.remove(NO_ORDER);
            for (String order : orders) {
                waiting(walk, key(queue, "/order:" + order), waiting);
            }
            List<String> ids = suspects.stream()
                    .filter(job -> !waiting.contains(job.id()))
                    .sorted(Comparator.comparingLong(Suspect::sinceMillis).thenComparing(Suspect::id))
                    .map(Suspect::id)
                    .toList();
            int found = 0;
            for (int at = 0; at < ids.size(); at += PAGE) {
                found += restore(walk, queue, sinceMillis, ids.subList(at, Math.min(at + PAGE, ids.size())));
            }
            return found;
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

    private List<?> page(Walk walk, String key, long from, long to) {
        return walk.await(CommandResults.read(
                dispatcher.ask(Command.of(
                        CommandPurpose.JOB_LIST,
                        key,
                        LRANGE,
                        StringCodec.INSTANCE,
                        key,
                        Long.toString(from),
                        Long.toString(to))),
                JobEntries::list));
    }

    private void ready(Walk walk, String key, IdSet ready) {
        long at = 0;
        List<?> page;
        do {
            page = page(walk, key, at, at + PAGE - 1);
            page.forEach(id -> ready.add(String.valueOf(id)));
            at += PAGE;
        } while (page.size() == PAGE);
    }

    /** The ids of an order but for the first one, which stands elsewhere, or nowhere. Jobs come in at the end. */
    private void waiting(Walk walk, String key, IdSet waiting) {
        long at = -1;
        List<?> page;
        do {
            // One more than a page, which is the first one of the order, or of the next page.
            page = page(walk, key, at - PAGE, at);
            page.stream().skip(1).forEach(id -> waiting.add(String.valueOf(id)));
            at -= PAGE;
        } while (page.size() > PAGE);
    }

    /** All jobs of which the queue knows that may be ready, but are not; what all weigh is told on the way. */
    private List<Suspect> known(Walk walk, QueueRule queue, IdSet ready) {
        List<Suspect> suspects = new ArrayList<>();
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
            for (int i = BEFORE_IDS; i + OF_A_JOB <= answer.size(); i += OF_A_JOB) {
                String id = JobEntries.text(answer, i);
                if (!ready.contains(id)) {
                    suspects.add(new Suspect(id, JobEntries.number(answer, i + 1), JobEntries.text(answer, i + 2)));
                }
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
        return suspects;
    }
}
