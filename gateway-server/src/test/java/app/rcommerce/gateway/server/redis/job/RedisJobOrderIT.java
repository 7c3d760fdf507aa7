package app.rcommerce.gateway.server.redis.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.JobForm;
import app.rcommerce.gateway.job.JobId;
import app.rcommerce.gateway.job.NewJob;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.TakenJob;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.TestRedis;
import app.rcommerce.gateway.store.job.JobStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The order of jobs that wait for one another, while all jobs of the queue are gone through. */
@Tag("redis")
class RedisJobOrderIT {

    private static final int JOBS = 600;

    private final QueueRule queue = QueueRule.of("webhooks");
    private final List<String> put = new ArrayList<>();
    private String prefix = "";
    private JobStore store = TestRedis.single().stores(TestRedis.freshKeys()).jobs();

    @BeforeEach
    void fill() throws Exception {
        var keys = TestRedis.freshKeys();
        store = TestRedis.single().stores(keys).jobs();
        prefix = keys.jobQueue().replace("{queue}", "{webhooks}");
        put(JOBS);
        // What has just come in is left alone.
        Thread.sleep(20);
    }

    /** Not two in a millisecond: those of which an order is lost are put back by when they came in. */
    private void put(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Thread.sleep(2);
            String id = JobId.next(System.currentTimeMillis());
            String text = JobForm.write(id, "webhook", "webhooks", Priority.NORMAL, 1_767_225_600_000L, 30, json -> {
                json.writeStartObject();
                json.writeStringProperty("target", "/x");
                json.writeEndObject();
            });
            now(store.enqueue(queue, new NewJob(id, Priority.NORMAL, text, Duration.ZERO, "o", null)));
            put.add(id);
        }
    }

    private static <T extends @Nullable Object> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static @Nullable Object redis(Object... words) throws Exception {
        return RedisServers.single().send(words);
    }

    private String order() {
        return prefix + "/order:" + JobForm.digest("o");
    }

    /** Has all jobs gone through; returns how many stood nowhere. */
    private int goneThrough() throws Exception {
        redis("HSET", prefix + "/state", "gone_through", "1");
        return now(store.sweep(queue)).lost();
    }

    private List<String> taken() {
        List<String> all = new ArrayList<>();
        List<TakenJob> jobs;
        while (!(jobs = now(store.take(queue, "worker", 10)).jobs()).isEmpty()) {
            for (TakenJob job : jobs) {
                all.add(job.id());
                now(store.complete(queue, job.lease()));
            }
        }
        return all;
    }

    @Test
    void thoseThatWaitStayInTheirOrder() throws Exception {
        assertThat(goneThrough()).isZero();

        assertThat(taken()).isEqualTo(put);
    }

    @Test
    void thoseWhoseOrderIsLostWaitInItAgain() throws Exception {
        redis("DEL", order());

        // The first one is ready, and found where it is.
        assertThat(goneThrough()).isEqualTo(JOBS - 1);

        assertThat(taken()).containsExactlyElementsOf(put);
    }

    @Test
    void thoseWhoseOrderIsLostComeBeforeThoseThatHaveComeInSince() throws Exception {
        List<String> first = List.copyOf(put);
        redis("DEL", order());
        put(30);
        put.removeAll(first);

        assertThat(goneThrough()).isPositive();

        List<String> taken = taken();
        // What came in first after the loss was ready by then.
        assertThat(taken.stream().filter(first::contains)).containsExactlyElementsOf(first);
        assertThat(taken.stream().filter(put::contains)).containsExactlyElementsOf(put);
        assertThat(taken.subList(first.size() + 1, taken.size())).isEqualTo(put.subList(1, put.size()));
    }
}
