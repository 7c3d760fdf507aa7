package app.rcommerce.gateway.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Purges that are ordered of two gateways on one Redis, while one of them fails. */
@Tag("redis")
@Timeout(90)
@ExtendWith(Leaks.class)
class UpkeepIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int REPLIES = 20_000;
    /** How long each answer takes, so that a purge takes seconds: less than a request's deadline, or Redis is away. */
    private static final long SLOW_MILLIS = 10;
    /** A port on which nobody listens. */
    private static final int NOBODY = 1;

    private final SharedGateways nodes = new SharedGateways();
    private final RedisServer redis = nodes.redis();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        redis.start();
        redis.send(
                "EVAL",
                "for i = 1, tonumber(ARGV[1]) do redis.call('SET', 'api:cache:' .. i, 'a reply', 'EX', 600) end",
                0,
                REPLIES);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
        http.close();
    }

    private TestGateway gateway() throws IOException {
        return nodes.start("""
                [upstreams.commerce]
                servers = ["http://127.0.0.1:9"]
                [[routes]]
                name = "products"
                path = "/products"
                upstream = "commerce"
                """);
    }

    private HttpResponse<String> admin(TestGateway gateway, HttpRequest.Builder request, String path) throws Exception {
        int port = gateway.gateway().adminAddress().getPort();
        return http.send(
                request.uri(URI.create("http://127.0.0.1:" + port + "/admin/v1/" + path))
                        .header("content-type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Orders the removal of all replies; returns the id of its job. */
    private String order(TestGateway gateway) throws Exception {
        HttpResponse<String> ordered = admin(
                gateway,
                HttpRequest.newBuilder()
                        .POST(HttpRequest.BodyPublishers.ofString("{\"all\":true,\"background\":true}")),
                "purge");
        assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(202);
        assertThat(ordered.body()).contains("\"queue\":\"gateway\"");
        return ordered.body().replaceAll(".*\"job_id\":\"([^\"]*)\".*", "$1");
    }

    private String state(TestGateway gateway, String job) throws Exception {
        String shown = admin(gateway, HttpRequest.newBuilder(), "jobs/" + job + "?queue=gateway")
                .body();
        return shown.replaceAll(".*\"state\":\"([^\"]*)\".*", "$1");
    }

    private long replies() throws Exception {
        return (Long) redis.send("EVAL", "return #redis.call('KEYS', 'api:cache:*')", 0);
    }

    private void awaitDone(TestGateway gateway, String job) {
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(state(gateway, job)).isEqualTo("completed"));
    }

    @Test
    void whatIsOrderedIsDone() throws Exception {
        TestGateway gateway = gateway();

        awaitDone(gateway, order(gateway));

        assertThat(replies()).isZero();
    }

    @Test
    void anotherNodeGoesOnWithAPurgeWhoseNodeIsCutOff() throws Exception {
        TestGateway one = gateway();
        TestGateway other = gateway();
        nodes.firstWay().delay(SLOW_MILLIS);

        String job = order(one);
        Awaitility.await().atMost(SOON).until(() -> replies() < REPLIES);
        nodes.firstWay().lead(NOBODY);
        assertThat(replies()).as("what is left when its node is cut off").isPositive();

        awaitDone(other, job);
        assertThat(replies()).isZero();
    }

    @Test
    void aPurgeGoesOnWhenRedisIsBack() throws Exception {
        TestGateway gateway = gateway();
        nodes.firstWay().delay(SLOW_MILLIS);

        String job = order(gateway);
        Awaitility.await().atMost(SOON).until(() -> replies() < REPLIES);
        nodes.firstWay().lead(NOBODY);
        assertThat(replies()).as("what is left when Redis goes away").isPositive();
        Thread.sleep(500);
        nodes.firstWay().delay(0);
        nodes.firstWay().lead(redis.port());

        awaitDone(gateway, job);
        assertThat(replies()).isZero();
    }

    @Test
    void aJobOfAnotherKindIsGivenUp() throws Exception {
        TestGateway gateway = gateway();
        redis.send(
                "SET",
                "jobs:queue:gateway/job:0198c0de-1f2e-7a00-8000-000000000001",
                "{\"job_type\":\"purge\",\"payload\":{\"path\":\"products\"}}");
        redis.send("RPUSH", "jobs:queue:gateway/queue:normal", "0198c0de-1f2e-7a00-8000-000000000001");

        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(state(gateway, "0198c0de-1f2e-7a00-8000-000000000001"))
                        .isEqualTo("dead"));

        assertThat(replies()).isEqualTo(REPLIES);
        assertThat(admin(gateway, HttpRequest.newBuilder(), "jobs/0198c0de-1f2e-7a00-8000-000000000001?queue=gateway")
                        .body())
                .contains("it cannot be understood (expected: a job of the type purge");
    }
}
