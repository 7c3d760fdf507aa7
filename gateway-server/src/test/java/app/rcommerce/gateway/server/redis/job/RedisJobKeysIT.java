package app.rcommerce.gateway.server.redis.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.JobRecord;
import app.rcommerce.gateway.job.JobSamples;
import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Pace;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueCounts;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.job.JobStore;
import app.rcommerce.gateway.store.job.JobStore.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A queue's keys, shared with the platform's own producers and workers, and what becomes of jobs where some of them are
 * lost or are not what they should be.
 */
@Tag("redis")
class RedisJobKeysIT {

    private static final QueueRule USUAL = QueueRule.of("webhooks");

    private final QueueRule queue = rule(null);
    private String prefix = "";
    private JobStore store = TestRedis.single().stores(TestRedis.freshKeys()).jobs();

    @BeforeEach
    void keys() {
        var keys = TestRedis.freshKeys();
        store = TestRedis.single().stores(keys).jobs();
        prefix = keys.jobQueue().replace("{queue}", "{webhooks}");
    }

    private static QueueRule rule(@Nullable Pace pace) {
        return new QueueRule(
                USUAL.name(),
                USUAL.retry(),
                8,
                pace,
                1_000,
                1 << 20,
                10,
                Duration.ofMillis(400),
                Duration.ofMillis(200),
                2,
                Duration.ofMinutes(1),
                false,
                List.of(),
                null,
                null);
    }

    private static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static @Nullable Object redis(Object... words) throws Exception {
        return RedisServers.single().send(words);
    }

    private NewJob job(Priority priority) {
        String id = JobId.next(System.currentTimeMillis());
        return JobSamples.plain(
                id, priority, JobForm.write(id, "webhook", "webhooks", priority, 1_767_225_600_000L, 30, json -> {
                    json.writeStartObject();
                    json.writeStringProperty("target", "/x");
                    json.writeEndObject();
                }));
    }

    private String put(Priority priority) {
        NewJob job = job(priority);
        now(store.enqueue(queue, job));
        return job.id();
    }

    private List<TakenJob> take() {
        return now(store.take(queue, "worker", 10)).jobs();
    }

    private QueueCounts counts() {
        return now(store.counts(queue));
    }

    /** Looks as often as it takes for what is missing to be looked for. */
    private int swept() throws Exception {
        int lost = 0;
        for (int i = 0; i < 5; i++) {
            lost += now(store.sweep(queue)).lost();
            redis("HSET", prefix + "/state", "gone_through", "1");
        }
        return lost;
    }

    @Test
    void thePlatformsWorkersFindWhatWeHavePut() throws Exception {
        String id = put(Priority.HIGH);

        assertThat(redis("RPOP", prefix + "/queue:high")).isEqualTo(id);
        JsonNode json = Objects.requireNonNull(JobForm.read((String) redis("GET", prefix + "/job:" + id)));
        assertThat(json.propertyNames())
                .contains(
                        "id",
                        "job_type",
                        "payload",
                        "priority",
                        "queue",
                        "status",
                        "attempt",
                        "max_attempts",
                        "created_at",
                        "tags",
                        "metadata",
                        "timeout_secs");
        assertThat(json.get("id").asString()).isEqualTo(id);
        assertThat(json.get("priority").asString()).isEqualTo("High");
        assertThat(json.get("status").asString()).isEqualTo("Pending");
        assertThat(json.get("created_at").asLong()).isEqualTo(1_767_225_600L);
        assertThat(take()).isEmpty();
    }

    @Test
    void aDelayedJobIsWhereThePlatformLooksForIt() throws Exception {
        NewJob job = job(Priority.NORMAL);
        now(store.enqueue(queue, new NewJob(job.id(), job.priority(), job.text(), Duration.ofMinutes(2), null, null)));

        double due = Double.parseDouble(String.valueOf(redis("ZSCORE", prefix + "/scheduled", job.id())));

        assertThat(due - System.currentTimeMillis() / 1_000.0).isBetween(100.0, 125.0);
    }

    @Test
    void weFindWhatThePlatformsProducersHavePut() throws Exception {
        List<String> ids = new ArrayList<>();
        for (String priority : List.of("low", "normal", "high")) {
            String id = UUID.randomUUID().toString();
            redis("SET", prefix + "/job:" + id, "{\"id\":\"" + id + "\",\"payload\":{}}", "EX", "86400");
            redis("LPUSH", prefix + "/queue:" + priority, id);
            ids.addFirst(id);
        }
        String scheduled = UUID.randomUUID().toString();
        redis("SET", prefix + "/job:" + scheduled, "{\"priority\":\"Low\",\"payload\":{}}", "EX", "86400");
        redis("ZADD", prefix + "/scheduled", Long.toString(System.currentTimeMillis() / 1_000 - 1), scheduled);
        ids.add(scheduled);

        List<TakenJob> taken = take();

        assertThat(taken.stream().map(TakenJob::id)).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(taken.stream().map(TakenJob::priority))
                .containsExactlyInAnyOrder(Priority.HIGH, Priority.NORMAL, Priority.LOW, Priority.LOW);
        assertThat(taken.getFirst().id()).isEqualTo(ids.getFirst());
        for (TakenJob job : taken) {
            assertThat(now(store.complete(queue, job.lease()))).isTrue();
        }
        assertThat(JobSamples.live(counts())).isZero();
        assertThat(counts().bytes()).isZero();
        String left = (String) redis("GET", prefix + "/job:" + scheduled);
        JsonNode json = Objects.requireNonNull(JobForm.read(left));
        assertThat(json.get("status").asString()).isEqualTo("Completed");
        assertThat(json.get("priority").asString()).isEqualTo("Low");
        assertThat(json.get("attempt").asInt()).isEqualTo(1);
        assertThat((Long) redis("PTTL", prefix + "/job:" + scheduled)).isBetween(1L, 60_000L);
    }

    private String platforms(String priority) throws Exception {
        String id = UUID.randomUUID().toString();
        redis("SET", prefix + "/job:" + id, "{\"id\":\"" + id + "\",\"payload\":{}}", "EX", "86400");
        if (priority.isEmpty()) {
            redis("ZADD", prefix + "/scheduled", Long.toString(System.currentTimeMillis() / 1_000 + 3_600), id);
        } else {
            redis("LPUSH", prefix + "/queue:" + priority, id);
        }
        return id;
    }

    @Test
    void whatThePlatformsProducersHavePutCanBeShownAndTakenBack() throws Exception {
        String low = platforms("low");
        String high = platforms("high");
        String scheduled = platforms("");
        for (int i = 0; i < 700; i++) {
            platforms("normal");
        }
        assertThat(Objects.requireNonNull(now(store.find(queue, high))).state()).isEqualTo(JobState.READY);
        assertThat(Objects.requireNonNull(now(store.find(queue, scheduled))).state())
                .isEqualTo(JobState.SCHEDULED);

        assertThat(now(store.cancel(queue, low))).isTrue();
        assertThat(now(store.cancel(queue, low))).isFalse();
        assertThat(now(store.revive(queue, scheduled, Duration.ZERO))).isTrue();
        assertThat(now(store.revive(queue, high, Duration.ZERO))).isFalse();
        assertThat(counts().high()).isEqualTo(1);
        assertThat(counts().normal()).isEqualTo(701);
        assertThat(counts().low()).isZero();

        assertThat(now(store.clear(queue, false))).isEqualTo(new JobStore.Cleared(702, true));

        assertThat(JobSamples.live(counts())).isZero();
        assertThat(counts().bytes()).isZero();
        JsonNode json = Objects.requireNonNull(JobForm.read((String) redis("GET", prefix + "/job:" + low)));
        assertThat(json.get("status").asString()).isEqualTo("Cancelled");
    }

    @Test
    void whatIsNoJobIsPassedOverInASearch() throws Exception {
        redis("LPUSH", prefix + "/queue:high", "no job");
        redis("SET", prefix + "/job:large", "x".repeat(25 << 20));
        redis("LPUSH", prefix + "/queue:high", "large");
        redis("LPUSH", prefix + "/job:list", "x");
        redis("LPUSH", prefix + "/queue:high", "list");
        String usual = put(Priority.NORMAL);

        JobStore.Listed found =
                now(store.list(queue, new Query(JobState.READY, 0, 9, text -> text != null && text.contains("x"))));

        assertThat(found.jobs()).extracting(JobRecord::id).containsExactly(usual);
        assertThat(found.whole()).isTrue();
    }

    @Test
    void lowJobsOfThePlatformDoNotWaitForEver() throws Exception {
        String low = put(Priority.LOW);
        String entry = (String) redis("HGET", prefix + "/entries", low);
        String old = Long.toString(System.currentTimeMillis() - 3_600_000);
        String[] parts = Objects.requireNonNull(entry).split(" ", 4);
        redis("HSET", prefix + "/entries", low, parts[0] + " " + old + " " + old + " " + parts[3]);
        put(Priority.HIGH);

        assertThat(take().getFirst().id()).isEqualTo(low);
    }

    @Test
    void anIdWithoutAJobIsPassedOver() throws Exception {
        String gone = put(Priority.NORMAL);
        String there = put(Priority.NORMAL);
        redis("DEL", prefix + "/job:" + gone);
        for (int i = 0; i < 350; i++) {
            redis("LPUSH", prefix + "/queue:high", "no job " + i);
        }

        List<TakenJob> taken = new ArrayList<>(take());
        taken.addAll(take());

        assertThat(taken.stream().map(TakenJob::id)).containsExactly(there);
        assertThat(JobSamples.live(counts())).isEqualTo(1);
        assertThat(counts().bytes()).isPositive();
        now(store.complete(queue, taken.getFirst().lease()));
        assertThat(counts().bytes()).isZero();
    }

    @Test
    void anIdThatComesOnceMoreIsNoJobOfItsOwn() throws Exception {
        String done = put(Priority.NORMAL);
        TakenJob job = take().getFirst();
        redis("LPUSH", prefix + "/queue:normal", done);
        assertThat(take()).as("while it is worked on").isEmpty();
        now(store.complete(queue, job.lease()));
        String back = put(Priority.NORMAL);
        now(store.cancel(queue, back));
        redis("LPUSH", prefix + "/queue:normal", done, back);

        assertThat(take()).isEmpty();
        assertThat(JobSamples.live(counts())).isZero();
        assertThat(counts().bytes()).isZero();
    }

    @Test
    void whatIsNoTextIsGivenToBeGivenUp() throws Exception {
        String id = put(Priority.NORMAL);
        redis("DEL", prefix + "/job:" + id);
        redis("LPUSH", prefix + "/job:" + id, "x");

        TakenJob taken = take().getFirst();
        assertThat(taken.text()).isNull();
        assertThat(now(store.bury(queue, taken.lease(), "it cannot be understood")))
                .isTrue();

        List<JobRecord> dead =
                now(store.list(queue, new Query(JobState.DEAD, 0, 10, null))).jobs();
        assertThat(dead).extracting(JobRecord::id).containsExactly(id);
        assertThat(Objects.requireNonNull(now(store.find(queue, id))).text()).isNull();
    }

    @Test
    void anEntryThatNobodyUnderstandsStopsNothing() throws Exception {
        String id = put(Priority.NORMAL);
        String other = put(Priority.NORMAL);
        redis("HSET", prefix + "/entries", id, "garbage");

        List<TakenJob> taken = take();

        assertThat(taken.stream().map(TakenJob::id)).containsExactlyInAnyOrder(id, other);
        taken.forEach(job -> assertThat(now(store.complete(queue, job.lease()))).isTrue());
        assertThat(JobSamples.live(counts())).isZero();
    }

    @Test
    void aKeyOfTheWrongKindIsAFailureAndNoDefect() throws Exception {
        put(Priority.NORMAL);
        redis("DEL", prefix + "/entries");
        redis("SET", prefix + "/entries", "x");

        assertThatThrownBy(() -> now(store.enqueue(queue, job(Priority.NORMAL))))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> take()).hasCauseInstanceOf(StoreUnavailable.class);

        redis("DEL", prefix + "/entries");
        assertThat(take()).hasSize(1);
    }

    @Test
    void jobsOfAListThatIsLostAreFoundAgain() throws Exception {
        List<String> put = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            put.add(put(Priority.HIGH));
        }
        String other = put(Priority.NORMAL);
        redis("DEL", prefix + "/queue:high");

        assertThat(swept()).isEqualTo(3);

        put.add(other);
        assertThat(take().stream().map(TakenJob::id)).containsExactlyInAnyOrderElementsOf(put);
    }

    @Test
    void jobsWhoseLeasesAreLostAreFoundAgain() throws Exception {
        String id = put(Priority.HIGH);
        TakenJob taken = take().getFirst();
        redis("DEL", prefix + "/leases");

        assertThat(swept()).isEqualTo(1);

        assertThat(now(store.complete(queue, taken.lease()))).isFalse();
        assertThat(take().stream().map(TakenJob::id)).containsExactly(id);
    }

    @Test
    void scheduledAndOrderedJobsThatAreLostAreFoundAgain() throws Exception {
        String retried = put(Priority.HIGH);
        now(store.retry(queue, take().getFirst().lease(), Duration.ofHours(1), "500"));
        redis("DEL", prefix + "/scheduled");
        List<String> ordered = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            NewJob job = job(Priority.NORMAL);
            now(store.enqueue(queue, new NewJob(job.id(), job.priority(), job.text(), Duration.ZERO, "o", null)));
            ordered.add(job.id());
        }
        redis("DEL", prefix + "/order:" + JobForm.digest("o"));
        redis("DEL", prefix + "/queue:normal");
        redis("HSET", prefix + "/state", "waiting", "0");

        assertThat(swept()).isGreaterThanOrEqualTo(2);

        List<String> got = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            take().forEach(job -> {
                got.add(job.id());
                now(store.complete(queue, job.lease()));
            });
        }
        ordered.add(retried);
        assertThat(got).containsExactlyInAnyOrderElementsOf(ordered);
    }

    @Test
    void nothingIsFoundThatIsNotLost() throws Exception {
        put(Priority.HIGH);
        NewJob job = job(Priority.NORMAL);
        now(store.enqueue(queue, new NewJob(job.id(), job.priority(), job.text(), Duration.ZERO, "o", null)));
        NewJob next = job(Priority.NORMAL);
        now(store.enqueue(queue, new NewJob(next.id(), next.priority(), next.text(), Duration.ZERO, "o", null)));
        now(store.retry(queue, take().getFirst().lease(), Duration.ofHours(1), "500"));
        QueueCounts before = counts();

        assertThat(swept()).isZero();

        assertThat(JobSamples.live(counts())).isEqualTo(JobSamples.live(before));
        assertThat(counts().waiting()).isEqualTo(1);
    }

    /** As though Redis's clock had been an hour ahead before: what is kept of that time is in the future. */
    @Test
    void aClockThatIsSetBackHoldsUpNoQueue() throws Exception {
        String future = Long.toString(System.currentTimeMillis() + 3_600_000);
        QueueRule paced = rule(new Pace("2/second", 2, Duration.ofSeconds(1)));
        for (int i = 0; i < 4; i++) {
            put(Priority.HIGH);
        }
        redis("HSET", prefix + "/state", "tokens", "0", "tokens_at", future, "gone_through", future);

        assertThat(now(store.take(paced, "worker", 10)).jobs()).isEmpty();
        Awaitility.await()
                .until(() -> now(store.take(paced, "worker", 10)).jobs().size() > 0);

        now(store.sweep(paced));
        assertThat(Long.parseLong(String.valueOf(redis("HGET", prefix + "/state", "gone_through"))))
                .isLessThan(Long.parseLong(future));
    }

    /** Likewise: the worker has died, or lives and has not renewed its lease yet. */
    @Test
    void aLeaseOfBeforeTheClockWasSetBackEndsAllTheSame() throws Exception {
        String id = put(Priority.HIGH);
        TakenJob job = take().getFirst();
        long now = System.currentTimeMillis();
        long far = now + 11 * queue.lease().toMillis();
        redis("HSET", prefix + "/leases", id, far + " " + job.lease().token());

        assertThat(now(store.sweep(queue)).expired()).isZero();

        String lease = (String) Objects.requireNonNull(redis("HGET", prefix + "/leases", id));
        assertThat(Long.parseLong(lease.substring(0, lease.indexOf(' '))))
                .isBetween(now, now + 2 * queue.lease().toMillis());
        assertThat(now(store.complete(queue, job.lease()))).isTrue();
    }

    /** Likewise an hour behind. */
    @Test
    void aClockThatIsSetForwardEndsLeasesAndLosesNothing() throws Exception {
        String id = put(Priority.HIGH);
        TakenJob slow = take().getFirst();
        redis(
                "HSET",
                prefix + "/leases",
                id,
                (System.currentTimeMillis() - 3_600_000) + " " + slow.lease().token());

        assertThat(now(store.sweep(queue)).expired()).isEqualTo(1);

        TakenJob again = take().getFirst();
        assertThat(again.id()).isEqualTo(id);
        assertThat(again.crashes()).isEqualTo(1);
        assertThat(now(store.complete(queue, slow.lease()))).isFalse();
        assertThat(now(store.complete(queue, again.lease()))).isTrue();
    }

    @Test
    void aQueueWithoutAnyKeyIsAnEmptyOne() throws Exception {
        put(Priority.HIGH);
        for (String key : List.of("entries", "queue:high", "state")) {
            redis("DEL", prefix + "/" + key);
        }

        assertThat(take()).isEmpty();
        assertThat(swept()).isZero();
        assertThat(JobSamples.live(counts())).isZero();
        put(Priority.HIGH);
        assertThat(take()).hasSize(1);
    }

    @Test
    void anIdThatNoFieldCanHaveIsGivenUpUnseen() throws Exception {
        List<String> ids = List.of("new\nline", "sp ace", "\u20ac", "x".repeat(257));
        for (String id : ids) {
            redis("SET", prefix + "/job:" + id, "{\"payload\":{\"target\":\"/\"}}");
            redis("LPUSH", prefix + "/queue:normal", id);
        }
        redis("SET", prefix + "/job:glob*{}\"[]", "{\"payload\":{\"target\":\"/\"}}");
        redis("LPUSH", prefix + "/queue:normal", "glob*{}\"[]");

        assertThat(take()).extracting(TakenJob::id).containsExactly("glob*{}\"[]");

        List<JobRecord> dead =
                now(store.list(queue, new Query(JobState.DEAD, 0, 10, null))).jobs();
        assertThat(dead).extracting(JobRecord::id).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(dead).allSatisfy(job -> assertThat(job.why()).startsWith("its id "));
        assertThat(counts().running()).isEqualTo(1);
    }

    @Test
    void aJobThatIsLargerThanAnyOfOursIsGivenToNobody() throws Exception {
        redis(
                "SET",
                prefix + "/job:large",
                "{\"payload\":{\"target\":\"/\",\"body\":\"" + "x".repeat(25 << 20) + "\"}}");
        redis("LPUSH", prefix + "/queue:high", "large");
        String usual = put(Priority.HIGH);

        List<String> taken = new ArrayList<>();
        // A server that is busy may take longer for so much than a command may.
        Awaitility.await().ignoreExceptions().until(() -> {
            take().forEach(job -> taken.add(job.id()));
            return Objects.requireNonNull(now(store.find(queue, "large"))).state() == JobState.DEAD;
        });

        assertThat(taken).isSubsetOf(usual);
        JobRecord dead = Objects.requireNonNull(now(store.find(queue, "large")));
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(dead.why()).isEqualTo("it is larger than 24 MB");
    }

    @Test
    void whatOthersTakeAwayDoesNotFillTheQueue() throws Exception {
        String gone = put(Priority.NORMAL);
        String kept = put(Priority.NORMAL);
        long one = counts().bytes() / 2;
        redis("LREM", prefix + "/queue:normal", 1, gone);
        redis("HDEL", prefix + "/entries", gone);
        redis("HSET", prefix + "/state", "gone_through", "1");
        assertThat(counts().bytes()).isEqualTo(2 * one);

        now(store.sweep(queue));
        assertThat(counts().bytes()).isEqualTo(one);

        // And where nothing is left at all.
        redis("LREM", prefix + "/queue:normal", 1, kept);
        redis("DEL", prefix + "/entries");
        redis("HSET", prefix + "/state", "waiting", "3");
        now(store.sweep(queue));
        assertThat(counts().bytes()).isZero();
        assertThat(counts().waiting()).isZero();
    }
}
