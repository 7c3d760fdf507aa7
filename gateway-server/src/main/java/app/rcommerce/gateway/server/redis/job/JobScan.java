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
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStore.Cleared;
import app.rcommerce.gateway.store.job.JobStore.Listed;
import app.rcommerce.gateway.store.job.JobStore.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;

/** Goes through the jobs of a queue, page by page. Safe for any thread. */
final class JobScan {

    private static final Script LIST = Script.load(JobScan.class, "job.lua", "job_list.lua");
    private static final Script RESTORE = Script.load(JobScan.class, "job.lua", "job_restore.lua");
    private static final Script KNOWN = Script.load(JobScan.class, "job.lua", "job_counted.lua", "job_known.lua");
    private static final Script WEIGH = Script.load(JobScan.class, "job.lua", "job_counted.lua", "job_weigh.lua");
    private static final RedisCommand<List<Object>> LRANGE =
            new RedisCommand<>("LRANGE", new ObjectListReplayDecoder<>());
    private static final Script TEXTS = Script.load(JobScan.class, "job.lua", "job_texts.lua");
    private static final int PAGE = 500;
    /** So many jobs are taken back in one step: about a millisecond of Redis's time. */
    private static final int CLEARED_AT_ONCE = 100;

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

    /** Some jobs of a state, and where the next ones are; nothing at the end. */
    private record Page(List<JobRecord> jobs, String following) {

        boolean isLast() {
            return following.isEmpty() || following.equals("0");
        }
    }

    private Page page(Walk walk, QueueRule queue, JobState state, String at) {
        List<?> answer = walk.await(CommandResults.read(
                dispatcher.ask(
                        LIST.call(CommandPurpose.JOB_LIST, entries(queue), state.text(), at, Integer.toString(PAGE))),
                JobEntries::list));
        List<JobRecord> jobs = new ArrayList<>();
        for (int i = 1; i + OF_A_JOB <= answer.size(); i += OF_A_JOB) {
            jobs.add(JobEntries.record(
                    JobEntries.text(answer, i),
                    state,
                    JobEntries.text(answer, i + 1),
                    JobEntries.number(answer, i + 2)));
        }
        return new Page(jobs, JobEntries.text(answer, 0));
    }

    CompletionStage<Listed> list(QueueRule queue, Query query) {
        return Walk.run(dispatcher, "the jobs of " + queue.name(), walk -> {
            long endNanos = dispatcher.nanos() + query.longest().toNanos();
            List<JobRecord> found = new ArrayList<>();
            Page page;
            String at = "0";
            do {
                page = page(walk, queue, query.state(), at);
                at = page.following();
                List<JobRecord> jobs = page.jobs().stream()
                        .filter(job -> job.sinceMillis() >= query.sinceMillis())
                        .toList();
                if (query.where() == null) {
                    found.addAll(jobs);
                } else if (!find(walk, queue, query.where(), jobs, endNanos, found)) {
                    return new Listed(found, false);
                }
                if (found.size() + (page.isLast() ? 0 : 1) > query.most()) {
                    return new Listed(found.stream().limit(query.most()).toList(), false);
                }
            } while (!page.isLast());
            return new Listed(found, true);
        });
    }

    /** Adds those that are meant; false where there was no time for all. */
    private boolean find(
            Walk walk,
            QueueRule queue,
            Predicate<@Nullable String> where,
            List<JobRecord> jobs,
            long endNanos,
            List<JobRecord> found) {
        int at = 0;
        while (at < jobs.size()) {
            if (dispatcher.nanos() - endNanos >= 0) {
                return false;
            }
            List<?> texts = texts(walk, queue, jobs.subList(at, jobs.size()));
            for (int i = 0; i < texts.size(); i++) {
                String text = JobEntries.text(texts, i);
                if (where.test(text.isEmpty() ? null : text)) {
                    found.add(jobs.get(at));
                }
                at++;
            }
        }
        return true;
    }

    /**
     * The JSON of the first ones of these jobs, a megabyte of it or one job's, since all may be larger than the heap.
     */
    private List<?> texts(Walk walk, QueueRule queue, List<JobRecord> jobs) {
        String[] ids = jobs.stream().map(JobRecord::id).toArray(String[]::new);
        List<?> texts = walk.await(CommandResults.read(
                dispatcher.ask(TEXTS.call(CommandPurpose.JOB_LIST, entries(queue), ids)), JobEntries::list));
        if (texts.isEmpty() || texts.size() > ids.length) {
            throw new StoreUnavailable("Redis has not understood a queue");
        }
        return texts;
    }

    private String key(QueueRule queue, String rest) {
        return prefixes.apply(queue.name()) + rest;
    }

    private String entries(QueueRule queue) {
        return key(queue, "/entries");
    }

    /** Takes jobs back in one step of the store, and tells how many there were. */
    interface Cancelling {
        CompletionStage<Long> cancel(List<String> ids);
    }

    CompletionStage<Cleared> clear(QueueRule queue, boolean deadAlone, Cancelling cancelling) {
        return Walk.run(dispatcher, "the jobs of " + queue.name(), walk -> {
            long endNanos = dispatcher.nanos() + JobStore.LONGEST.toNanos();
            // The first one of an order makes the next one ready, so those that wait come last.
            List<JobState> states = deadAlone
                    ? List.of(JobState.DEAD)
                    : List.of(JobState.READY, JobState.SCHEDULED, JobState.DEAD, JobState.READY, JobState.WAITING);
            long cleared = 0;
            for (JobState state : states) {
                long left = 0;
                Page page;
                String at = "0";
                do {
                    page = page(walk, queue, state, at);
                    for (int i = 0; i < page.jobs().size(); i += CLEARED_AT_ONCE) {
                        if (dispatcher.nanos() - endNanos >= 0) {
                            return new Cleared(cleared, false);
                        }
                        List<String> ids = page.jobs().stream()
                                .skip(i)
                                .limit(CLEARED_AT_ONCE)
                                .map(JobRecord::id)
                                .toList();
                        long gone = walk.await(cancelling.cancel(ids).toCompletableFuture());
                        cleared += gone;
                        left += ids.size() - gone;
                    }
                    // What is gone does not stand before the others any more, but where a hash is gone through.
                    at = state == JobState.WAITING ? page.following() : Long.toString(left);
                } while (state == JobState.WAITING
                        ? !page.isLast()
                        : !page.jobs().isEmpty());
            }
            return new Cleared(cleared, true);
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
