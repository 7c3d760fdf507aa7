package app.rcommerce.gateway.store.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.JobLease;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobSamples;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Pace;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.job.JobStore.Cleared;
import app.rcommerce.gateway.store.job.JobStore.Enqueued;
import app.rcommerce.gateway.store.job.JobStore.Found;
import app.rcommerce.gateway.store.job.JobStore.Listed;
import app.rcommerce.gateway.store.job.JobStore.Query;
import app.rcommerce.gateway.store.job.JobStore.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link JobStore} must do; the queue of each test is empty at first. */
public abstract class JobStoreContract {

    private static final Duration LEASE = Duration.ofMillis(600);
    private static final Duration SOON = Duration.ofMillis(300);
    private static final String WHY = "502 from the upstream";

    /** The store. */
    protected abstract JobStore store();

    /** Its time. */
    protected abstract Passage time();

    protected final QueueRule queue = rule(8, null, 1_000, 1 << 20, 10);

    protected static QueueRule rule(int concurrency, @Nullable Pace pace, long jobs, long bytes, int dead) {
        QueueRule usual = QueueRule.of("webhooks");
        return new QueueRule(
                usual.name(),
                usual.retry(),
                concurrency,
                pace,
                jobs,
                bytes,
                dead,
                LEASE,
                Duration.ofMillis(300),
                2,
                Duration.ofMinutes(1),
                false,
                List.of(),
                null,
                null);
    }

    protected static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    protected String text(String id, Priority priority, String payload) {
        return JobForm.write(id, "test", "webhooks", priority, time().millis(), 30, json -> json.writeString(payload));
    }

    protected NewJob job(Priority priority) {
        String id = JobId.next(time().millis());
        return JobSamples.plain(id, priority, text(id, priority, "paid"));
    }

    protected String put(Priority priority) {
        return put(queue, job(priority));
    }

    protected String put(QueueRule rule, NewJob job) {
        assertThat(now(store().enqueue(rule, job))).isEqualTo(new Enqueued.Accepted(job.id()));
        return job.id();
    }

    protected List<TakenJob> take(int most) {
        return now(store().take(queue, "worker", most)).jobs();
    }

    protected TakenJob takeOne() {
        List<TakenJob> taken = take(1);
        assertThat(taken).hasSize(1);
        return taken.getFirst();
    }

    protected JobRecord find(String id) {
        return Objects.requireNonNull(now(store().find(queue, id)));
    }

    protected QueueCounts counts() {
        return now(store().counts(queue));
    }

    private List<String> ids(JobState state) {
        return now(store().list(queue, new Query(state, 0, 100, null))).jobs().stream()
                .map(JobRecord::id)
                .toList();
    }

    @Test
    void aJobIsGivenAsItCameIn() {
        NewJob job = job(Priority.HIGH);
        put(queue, job);

        TakenJob taken = takeOne();

        assertThat(taken.id()).isEqualTo(job.id());
        assertThat(taken.text()).isEqualTo(job.text());
        assertThat(taken.priority()).isEqualTo(Priority.HIGH);
        assertThat(taken.attempts()).isZero();
        assertThat(taken.crashes()).isZero();
        assertThat(taken.ageMillis()).isBetween(0L, 10_000L);
        assertThat(take(1)).isEmpty();
    }

    @Test
    void anEmptyQueueGivesNothing() {
        Taken taken = now(store().take(queue, "worker", 5));

        assertThat(taken.jobs()).isEmpty();
        assertThat(taken.isPaused()).isFalse();
        assertThat(taken.againMillis()).isEqualTo(Taken.MOST_MILLIS);
        assertThat(JobSamples.live(counts())).isZero();
    }

    @Test
    void whatCameFirstIsTakenFirst() {
        List<String> put = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            put.add(put(Priority.NORMAL));
        }

        assertThat(take(5).stream().map(TakenJob::id)).containsExactlyElementsOf(put.subList(0, 5));
        assertThat(take(5).stream().map(TakenJob::id))
                .as("eight at the same time")
                .containsExactlyElementsOf(put.subList(5, 7));
    }

    @Test
    void highPrioritiesComeFirst() {
        String low = put(Priority.LOW);
        String normal = put(Priority.NORMAL);
        String high = put(Priority.HIGH);

        assertThat(take(5).stream().map(TakenJob::id)).containsExactly(high, normal, low);
    }

    @Test
    void aJobThatIsDoneIsKnownToBe() {
        String id = put(Priority.NORMAL);
        TakenJob taken = takeOne();
        assertThat(find(id).state()).isEqualTo(JobState.RUNNING);

        assertThat(now(store().complete(queue, taken.lease()))).isTrue();

        assertThat(find(id).state()).isEqualTo(JobState.COMPLETED);
        assertThat(find(id).text()).isNull();
        assertThat(find(id).attempts()).isEqualTo(1);
        QueueCounts counts = counts();
        assertThat(JobSamples.live(counts)).isZero();
        assertThat(counts.bytes()).isZero();
        assertThat(counts.accepted()).isEqualTo(1);
        assertThat(counts.completed()).isEqualTo(1);
        assertThat(now(store().complete(queue, taken.lease()))).as("twice").isFalse();
    }

    @Test
    void aFailedAttemptIsMadeAgainLater() {
        String id = put(Priority.NORMAL);

        assertThat(now(store().retry(queue, takeOne().lease(), SOON, WHY))).isTrue();

        assertThat(take(1)).isEmpty();
        JobRecord waiting = find(id);
        assertThat(waiting.state()).isEqualTo(JobState.SCHEDULED);
        assertThat(waiting.attempts()).isEqualTo(1);
        assertThat(waiting.why()).isEqualTo(WHY);
        assertThat(waiting.atMillis()).isBetween(time().millis() - 2_000, time().millis() + 2_000);
        assertThat(now(store().take(queue, "worker", 1)).againMillis()).isBetween(1L, SOON.toMillis());
        time().idle(SOON.plusMillis(50));
        TakenJob again = takeOne();
        assertThat(again.id()).isEqualTo(id);
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.ageMillis()).as("since it came in").isBetween(SOON.toMillis(), 10_000L);
        assertThat(counts().failed()).isEqualTo(1);
    }

    @Test
    void whatWasNotTriedIsNoAttempt() {
        String first = put(Priority.NORMAL);
        put(Priority.NORMAL);

        assertThat(now(store().release(queue, takeOne().lease(), Duration.ZERO, "away")))
                .isTrue();

        TakenJob again = takeOne();
        assertThat(again.id()).as("it is the next one").isEqualTo(first);
        assertThat(again.attempts()).isZero();
        assertThat(now(store().release(queue, again.lease(), SOON, "away"))).isTrue();
        assertThat(find(first).state()).isEqualTo(JobState.SCHEDULED);
        assertThat(counts().failed()).isZero();
    }

    @Test
    void aDeadJobIsKeptAndCanBeRevived() {
        NewJob job = job(Priority.LOW);
        put(queue, job);

        assertThat(now(store().bury(queue, takeOne().lease(), "410"))).isTrue();

        JobRecord dead = find(job.id());
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(dead.why()).isEqualTo("410");
        assertThat(dead.text()).isEqualTo(job.text());
        assertThat(counts().dead()).isEqualTo(1);
        assertThat(counts().bytes()).isZero();
        assertThat(take(1)).isEmpty();

        assertThat(now(store().revive(queue, job.id(), Duration.ZERO))).isTrue();

        assertThat(counts().dead()).isZero();
        assertThat(counts().bytes()).isEqualTo(job.size());
        TakenJob taken = takeOne();
        assertThat(taken.text()).isEqualTo(job.text());
        assertThat(taken.attempts()).as("it begins anew").isZero();
        assertThat(now(store().revive(queue, job.id(), Duration.ZERO)))
                .as("running")
                .isFalse();
    }

    @Test
    void aJobCanBeRevivedForLater() {
        String id = put(Priority.NORMAL);
        now(store().bury(queue, takeOne().lease(), "410"));

        assertThat(now(store().revive(queue, id, SOON))).isTrue();

        assertThat(take(1)).isEmpty();
        assertThat(find(id).state()).isEqualTo(JobState.SCHEDULED);
        time().idle(SOON.plusMillis(50));
        assertThat(takeOne().id()).isEqualTo(id);
    }

    @Test
    void onlySoManyDeadJobsAreKept() {
        List<String> put = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            put.add(put(Priority.NORMAL));
            now(store().bury(queue, takeOne().lease(), "410"));
            time().idle(Duration.ofMillis(2));
        }

        assertThat(ids(JobState.DEAD)).containsExactlyElementsOf(put.subList(2, 12));
        assertThat(now(store().find(queue, put.getFirst()))).isNull();
        assertThat(counts().buried()).isEqualTo(12);
    }

    @Test
    void deadJobsTakeNoMoreBytesThanOthers() {
        NewJob job = job(Priority.NORMAL);
        QueueRule small = rule(8, null, 1_000, 2L * job.size(), 10);
        for (int i = 0; i < 4; i++) {
            put(small, job(Priority.NORMAL));
            now(store().bury(small, takeOne().lease(), "410"));
            time().idle(Duration.ofMillis(2));
        }

        assertThat(counts().dead()).isEqualTo(2);
    }

    @Test
    void aLeaseThatEndsGivesTheJobBack() {
        String id = put(Priority.NORMAL);
        TakenJob slow = takeOne();
        assertThat(now(store().sweep(queue))).isEqualTo(new Found(0, 0, 0));

        time().idle(LEASE.plusMillis(100));
        assertThat(now(store().sweep(queue))).isEqualTo(new Found(1, 0, 0));

        TakenJob again = takeOne();
        assertThat(again.id()).isEqualTo(id);
        assertThat(again.crashes()).isEqualTo(1);
        assertThat(again.attempts()).as("a worker's death is no attempt").isZero();
        assertThat(now(store().complete(queue, slow.lease())))
                .as("it was too slow")
                .isFalse();
        assertThat(now(store().retry(queue, slow.lease(), SOON, WHY))).isFalse();
        assertThat(now(store().bury(queue, slow.lease(), WHY))).isFalse();
        assertThat(now(store().release(queue, slow.lease(), SOON, WHY))).isFalse();
        assertThat(now(store().renew(queue, List.of(slow.lease(), again.lease()))))
                .containsExactly(false, true);
        assertThat(now(store().complete(queue, again.lease()))).isTrue();
    }

    @Test
    void aLeaseHoldsWhileItIsRenewed() {
        put(Priority.NORMAL);
        TakenJob taken = takeOne();

        for (int i = 0; i < 4; i++) {
            time().idle(LEASE.dividedBy(2));
            assertThat(now(store().renew(queue, List.of(taken.lease())))).containsExactly(true);
            assertThat(now(store().sweep(queue)).expired()).isZero();
        }

        assertThat(now(store().complete(queue, taken.lease()))).isTrue();
    }

    @Test
    void aJobThatKillsItsWorkersIsGivenUp() {
        String id = put(Priority.NORMAL);
        for (int i = 0; i < 2; i++) {
            takeOne();
            time().idle(LEASE.plusMillis(100));
            assertThat(now(store().sweep(queue))).isEqualTo(new Found(1, 0, 0));
        }
        takeOne();
        time().idle(LEASE.plusMillis(100));

        assertThat(now(store().sweep(queue))).isEqualTo(new Found(0, 1, 0));

        assertThat(find(id).state()).isEqualTo(JobState.DEAD);
        assertThat(find(id).crashes()).isEqualTo(3);
    }

    @Test
    void aFullQueueTakesNoMoreJobs() {
        QueueRule small = rule(8, null, 2, 1 << 20, 10);
        put(small, job(Priority.NORMAL));
        String second = put(small, job(Priority.NORMAL));

        NewJob third = job(Priority.HIGH);
        assertThat(now(store().enqueue(small, third))).isEqualTo(new Enqueued.Full());

        assertThat(now(store().find(small, third.id()))).isNull();
        TakenJob taken = takeOne();
        assertThat(now(store().enqueue(small, third)))
                .as("one that is worked on counts")
                .isEqualTo(new Enqueued.Full());
        now(store().bury(small, taken.lease(), "410"));
        put(small, third);
        assertThat(find(second).state()).isEqualTo(JobState.READY);
    }

    @Test
    void aQueueTakesNoMoreBytes() {
        NewJob job = job(Priority.NORMAL);
        QueueRule small = rule(8, null, 100, 2L * job.size(), 10);
        put(small, job);
        put(small, job(Priority.NORMAL));

        assertThat(now(store().enqueue(small, job(Priority.NORMAL)))).isEqualTo(new Enqueued.Full());

        now(store().complete(small, takeOne().lease()));
        put(small, job(Priority.NORMAL));
    }

    @Test
    void anEventIsTakenOnce() {
        NewJob job = job(Priority.NORMAL);
        NewJob named = named(job, SOON);
        put(queue, named);

        assertThat(now(store().enqueue(queue, named(job(Priority.NORMAL), SOON))))
                .isEqualTo(new Enqueued.Duplicate(job.id()));
        now(store().complete(queue, takeOne().lease()));
        assertThat(now(store().enqueue(queue, named(job(Priority.NORMAL), SOON))))
                .as("also when it is done")
                .isEqualTo(new Enqueued.Duplicate(job.id()));
        time().idle(SOON.plusMillis(100));

        put(queue, named(job(Priority.NORMAL), SOON));
    }

    private static NewJob named(NewJob job, Duration remembered) {
        return new NewJob(
                job.id(), job.priority(), job.text(), job.delay(), job.order(), new NewJob.Event("evt 1", remembered));
    }

    @Test
    void anEventThatFoundNoRoomIsTakenLater() {
        QueueRule small = rule(8, null, 1, 1 << 20, 10);
        put(small, job(Priority.NORMAL));
        NewJob named = named(job(Priority.NORMAL), Duration.ofHours(1));
        assertThat(now(store().enqueue(small, named))).isEqualTo(new Enqueued.Full());
        now(store().complete(small, takeOne().lease()));

        put(small, named);
    }

    @Test
    void aDelayedJobWaitsForItsTime() {
        NewJob plain = job(Priority.NORMAL);
        put(queue, new NewJob(plain.id(), plain.priority(), plain.text(), SOON, null, null));
        assertThat(take(1)).isEmpty();
        assertThat(counts().scheduled()).isEqualTo(1);

        time().idle(SOON.plusMillis(50));

        assertThat(takeOne().id()).isEqualTo(plain.id());
    }

    private NewJob ordered(String order) {
        NewJob plain = job(Priority.NORMAL);
        return new NewJob(plain.id(), plain.priority(), plain.text(), Duration.ZERO, order, null);
    }

    @Test
    void jobsOfOneOrderComeOneBehindTheOther() {
        String first = put(queue, ordered("order 1"));
        String second = put(queue, ordered("order 1"));
        String third = put(queue, ordered("order 1"));
        String other = put(queue, ordered("order 2"));
        assertThat(counts().waiting()).isEqualTo(2);
        assertThat(ids(JobState.WAITING)).containsExactlyInAnyOrder(second, third);
        assertThat(find(second).state()).isEqualTo(JobState.WAITING);

        List<TakenJob> taken = take(5);
        assertThat(taken.stream().map(TakenJob::id)).containsExactly(first, other);

        now(store().retry(queue, taken.getFirst().lease(), SOON, WHY));
        assertThat(take(5)).as("one that is tried again holds the others up").isEmpty();
        time().idle(SOON.plusMillis(50));
        TakenJob again = takeOne();
        assertThat(again.id()).isEqualTo(first);
        now(store().complete(queue, again.lease()));
        TakenJob next = takeOne();
        assertThat(next.id()).isEqualTo(second);
        now(store().bury(queue, next.lease(), "410"));
        assertThat(takeOne().id()).as("one that is given up does not").isEqualTo(third);
        assertThat(counts().waiting()).isZero();
    }

    @Test
    void oneThatIsTakenBackLeavesItsOrder() {
        String first = put(queue, ordered("order 1"));
        String second = put(queue, ordered("order 1"));
        String third = put(queue, ordered("order 1"));

        assertThat(now(store().cancel(queue, second))).isTrue();
        assertThat(counts().waiting()).isEqualTo(1);
        assertThat(now(store().cancel(queue, first))).isTrue();

        assertThat(takeOne().id()).isEqualTo(third);
        assertThat(counts().waiting()).isZero();
    }

    @Test
    void aJobThatWorkersHaveCannotBeTakenBack() {
        String id = put(Priority.NORMAL);
        String other = put(Priority.NORMAL);
        takeOne();

        assertThat(now(store().cancel(queue, id))).isFalse();
        assertThat(now(store().cancel(queue, other))).isTrue();
        assertThat(now(store().cancel(queue, "0198c0de-1f2e-7a00-8000-000000000001")))
                .isFalse();

        assertThat(find(other).state()).isEqualTo(JobState.CANCELLED);
        assertThat(find(other).attempts()).as("taking back is no attempt").isZero();
        assertThat(take(1)).isEmpty();
    }

    @Test
    void noMoreJobsRunThanMay() {
        QueueRule narrow = rule(2, null, 100, 1 << 20, 10);
        for (int i = 0; i < 5; i++) {
            put(narrow, job(Priority.NORMAL));
        }

        Taken first = now(store().take(narrow, "one", 5));
        assertThat(first.jobs()).hasSize(2);
        assertThat(now(store().take(narrow, "two", 5)).jobs()).isEmpty();

        now(store().complete(narrow, first.jobs().getFirst().lease()));
        assertThat(now(store().take(narrow, "two", 5)).jobs()).hasSize(1);
    }

    @Test
    void noMoreJobsBeginThanMay() {
        QueueRule slow = rule(50, new Pace("4/second", 4, Duration.ofSeconds(1)), 100, 1 << 20, 10);
        for (int i = 0; i < 9; i++) {
            put(slow, job(Priority.NORMAL));
        }

        Taken first = now(store().take(slow, "one", 5));
        assertThat(first.jobs()).hasSize(4);
        Taken none = now(store().take(slow, "one", 5));
        assertThat(none.jobs()).isEmpty();
        assertThat(none.againMillis()).isBetween(1L, 250L);
        time().idle(Duration.ofMillis(550));
        assertThat(now(store().take(slow, "one", 9)).jobs()).hasSize(2);
    }

    @Test
    void aPausedQueueTakesJobsAndGivesNone() {
        now(store().pause(queue, true));
        put(Priority.NORMAL);

        Taken taken = now(store().take(queue, "worker", 1));
        assertThat(taken.jobs()).isEmpty();
        assertThat(taken.isPaused()).isTrue();
        assertThat(counts().paused()).isTrue();

        now(store().pause(queue, false));
        takeOne();
        assertThat(counts().paused()).isFalse();
    }

    @Test
    void jobsAreListedByTheirState() {
        String ready = put(Priority.HIGH);
        String other = put(Priority.LOW);
        String running = put(Priority.HIGH);
        String scheduled = put(Priority.HIGH);
        List<TakenJob> taken = take(3);
        assertThat(taken.stream().map(TakenJob::id)).containsExactly(ready, running, scheduled);
        now(store().release(queue, taken.getFirst().lease(), Duration.ZERO, ""));
        now(store().retry(queue, taken.getLast().lease(), Duration.ofHours(1), WHY));

        assertThat(ids(JobState.READY)).containsExactlyInAnyOrder(ready, other);
        assertThat(ids(JobState.RUNNING)).containsExactly(running);
        assertThat(ids(JobState.SCHEDULED)).containsExactly(scheduled);
        assertThat(ids(JobState.DEAD)).isEmpty();
        Listed one = now(store().list(queue, new Query(JobState.READY, 0, 1, null)));
        assertThat(one.jobs()).hasSize(1);
        assertThat(one.whole()).isFalse();
        Listed both = now(store().list(queue, new Query(JobState.READY, 0, 2, null)));
        assertThat(both.jobs()).hasSize(2);
        assertThat(both.whole()).isTrue();
        assertThat(now(store().list(queue, new Query(JobState.READY, time().millis() + 60_000, 9, null)))
                        .jobs())
                .isEmpty();
        List<JobRecord> meant = now(store().list(
                                queue, new Query(JobState.READY, 0, 9, text -> text != null && text.contains(other))))
                .jobs();
        assertThat(meant).extracting(JobRecord::id).containsExactly(other);
        // Nobody may hold what all jobs have at once.
        assertThat(meant).extracting(JobRecord::text).containsOnlyNulls();
    }

    @Test
    void manyJobsAreListedWhole() {
        List<String> put = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            put.add(put(i % 2 == 0 ? Priority.HIGH : Priority.LOW));
        }

        List<JobRecord> listed = now(store().list(queue, new Query(JobState.READY, 0, 1_000, null)))
                .jobs();

        assertThat(listed.stream().map(JobRecord::id).sorted(Comparator.naturalOrder()))
                .containsExactlyElementsOf(put.stream().sorted().toList());
        assertThat(counts().high()).isEqualTo(350);
        assertThat(counts().low()).isEqualTo(350);
    }

    /** However many do not meet a condition, those behind them are found. */
    @Test
    void theOneThatIsMeantIsFoundBehindManyThatAreNot() {
        QueueRule roomy = rule(8, null, 10_000, 1 << 30, 10);
        for (int i = 0; i < 1_200; i++) {
            put(roomy, job(Priority.NORMAL));
        }
        String last = put(roomy, job(Priority.LOW));
        Predicate<@Nullable String> where = text -> text != null && text.contains(last);

        Listed found = now(store().list(roomy, new Query(JobState.READY, 0, 5, where)));
        Listed none = now(store().list(roomy, new Query(JobState.READY, 0, 5, text -> false)));
        Listed late = now(store().list(roomy, new Query(JobState.READY, 0, 5, Duration.ZERO, where)));

        assertThat(found.jobs()).extracting(JobRecord::id).containsExactly(last);
        assertThat(found.whole()).isTrue();
        assertThat(none).isEqualTo(new Listed(List.of(), true));
        assertThat(late).isEqualTo(new Listed(List.of(), false));
    }

    @Test
    void whatIsLargeIsSearchedAsWell() {
        QueueRule large = rule(100, null, 1_000, 1 << 30, 10);
        List<String> put = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String id = JobId.next(time().millis());
            put(large, JobSamples.plain(id, Priority.NORMAL, text(id, Priority.NORMAL, "x".repeat(700_000) + i)));
            put.add(id);
        }

        Listed found =
                now(store().list(large, new Query(JobState.READY, 0, 9, text -> text != null && text.contains("xx5"))));

        assertThat(found.jobs()).extracting(JobRecord::id).containsExactly(put.get(5));
        assertThat(found.whole()).isTrue();
    }

    @Test
    void manyJobsAreTakenBackWhereverTheyStand() {
        QueueRule roomy = rule(8, null, 10_000, 1 << 30, 10);
        for (int i = 0; i < 1_100; i++) {
            put(roomy, job(i % 2 == 0 ? Priority.HIGH : Priority.LOW));
        }
        for (int i = 0; i < 120; i++) {
            put(roomy, ordered("order 1"));
            put(roomy, ordered("order " + i % 3));
        }
        TakenJob running = takeOne();
        now(store().retry(queue, takeOne().lease(), Duration.ofHours(1), WHY));
        now(store().bury(queue, takeOne().lease(), WHY));

        assertThat(now(store().clear(queue, false))).isEqualTo(new Cleared(1_339, true));

        assertThat(JobSamples.live(counts())).isEqualTo(1);
        assertThat(counts().waiting()).isZero();
        assertThat(now(store().complete(queue, running.lease()))).isTrue();
        assertThat(counts().bytes()).isZero();
    }

    @Test
    void noMoreBytesAreGivenAtOnceThanAWorkerHasRoomFor() {
        QueueRule large = rule(100, null, 1_000, 1 << 30, 10);
        for (int i = 0; i < 7; i++) {
            String id = JobId.next(time().millis());
            put(large, JobSamples.plain(id, Priority.NORMAL, text(id, Priority.NORMAL, "x".repeat(1 << 20))));
        }

        JobStore.Taken taken = now(store().take(large, "worker", 100));

        assertThat(taken.jobs()).hasSize(4);
        assertThat(taken.againMillis()).isZero();
        assertThat(now(store().take(large, "worker", 100)).jobs()).hasSize(3);
    }

    @Test
    void aQueueIsCleared() {
        put(Priority.NORMAL);
        now(store().bury(queue, takeOne().lease(), "410"));
        put(queue, ordered("order 1"));
        put(queue, ordered("order 1"));
        put(Priority.LOW);
        TakenJob running = takeOne();

        assertThat(now(store().clear(queue, true))).isEqualTo(new Cleared(1, true));
        assertThat(JobSamples.live(counts())).isEqualTo(3);
        assertThat(now(store().clear(queue, false))).isEqualTo(new Cleared(2, true));

        assertThat(JobSamples.live(counts())).isEqualTo(1);
        assertThat(now(store().complete(queue, running.lease()))).isTrue();
        assertThat(counts().bytes()).isZero();
    }

    @Test
    void queuesDoNotMeet() {
        put(Priority.NORMAL);
        QueueRule other = QueueRule.of("webhooks2");

        assertThat(now(store().take(other, "worker", 1)).jobs()).isEmpty();
        assertThat(JobSamples.live(now(store().counts(other)))).isZero();
    }

    @Test
    void aLeaseOfNothingChangesNothing() {
        JobLease none = new JobLease(JobId.next(1), "worker:1");

        assertThat(now(store().complete(queue, none))).isFalse();
        assertThat(now(store().renew(queue, List.of(none)))).containsExactly(false);
        assertThat(counts().completed()).isZero();
    }
}
