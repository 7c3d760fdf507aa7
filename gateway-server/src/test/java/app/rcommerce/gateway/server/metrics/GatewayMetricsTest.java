package app.rcommerce.gateway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.metrics.jobs.JobMeters;
import app.rcommerce.gateway.server.redis.RedisBackend;
import app.rcommerce.gateway.server.redis.RedisEvents;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.time.HandClock;
import app.rcommerce.gateway.tls.CertifiedKey;
import com.sun.management.ThreadMXBean;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {

    private static final Finished.Protocol HTTP = new Finished.Protocol("http/1.1", "", "");

    private final HandClock clock = new HandClock();
    private final GatewayMetrics metrics = new GatewayMetrics("1.2.3", clock);

    @AfterEach
    void close() {
        metrics.close();
    }

    static Finished finished(String route, int status, long millis, String cache, String failure) {
        return new Finished(
                1_767_225_600_000L,
                Duration.ofMillis(millis).toNanos(),
                failure.isEmpty()
                        ? new Finished.Upstream(
                                "shop:80", 1, 0, Duration.ofMillis(millis).toNanos() / 2)
                        : null,
                "req_1",
                "203.0.113.9",
                HTTP,
                "GET",
                "shop.example",
                "/api/v1/products/secret-path",
                route,
                status,
                "",
                "user:42",
                cache,
                "",
                failure,
                null,
                10,
                2000);
    }

    /** Samples of the text format: name with labels, and the value. */
    private Map<String, Double> samples() {
        Map<String, Double> samples = new HashMap<>();
        for (String line : metrics.scrape("").text().split("\n")) {
            if (!line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            }
        }
        return samples;
    }

    @Test
    void requestsAreCountedByRouteAndStatusInBuckets() {
        metrics.finished(finished("products", 200, 3, "", ""));
        metrics.finished(finished("products", 200, 30, "", ""));
        metrics.finished(finished("products", 404, 3, "", ""));
        Map<String, Double> samples = samples();
        assertThat(samples)
                .containsEntry("gateway_request_duration_seconds_count{route=\"products\",status=\"200\"}", 2.0)
                .containsEntry("gateway_request_duration_seconds_count{route=\"products\",status=\"404\"}", 1.0)
                .containsEntry(
                        "gateway_request_duration_seconds_bucket{route=\"products\",status=\"200\",le=\"0.005\"}", 1.0)
                .containsEntry(
                        "gateway_request_duration_seconds_bucket{route=\"products\",status=\"200\",le=\"0.05\"}", 2.0)
                .containsEntry(
                        "gateway_request_duration_seconds_bucket{route=\"products\",status=\"200\",le=\"10.0\"}", 2.0)
                .containsEntry("gateway_upstream_duration_seconds_count{route=\"products\"}", 3.0)
                .containsEntry("gateway_request_bytes_total{route=\"products\"}", 30.0)
                .containsEntry("gateway_response_bytes_total{route=\"products\"}", 6000.0);
    }

    @Test
    void whatIsNoRouteOrNoStatusHasALabelOfItsOwn() {
        metrics.finished(finished("", 400, 1, "", ""));
        for (int status : new int[] {-1, 0, 99, 600, 999_999}) {
            metrics.finished(finished("products", status, 1, "", ""));
        }
        metrics.finished(finished("products", 599, 1, "", ""));
        assertThat(samples())
                .containsEntry("gateway_request_duration_seconds_count{route=\"none\",status=\"400\"}", 1.0)
                .containsEntry("gateway_request_duration_seconds_count{route=\"products\",status=\"other\"}", 5.0)
                .containsEntry("gateway_request_duration_seconds_count{route=\"products\",status=\"599\"}", 1.0);
    }

    @Test
    void cacheResultsFailuresAndDecisionsAreCounted() {
        metrics.finished(finished("products", 200, 1, "hit", ""));
        metrics.finished(finished("products", 200, 1, "uri-miss", ""));
        metrics.finished(finished("products", 200, 1, "hit", ""));
        metrics.finished(finished("orders", 504, 1, "", "upstream_timeout"));
        metrics.decided("limit:anonymous", "refused");
        metrics.decided("limit:anonymous", "refused");
        metrics.decided("auth", "token_expired");
        assertThat(samples())
                .containsEntry("gateway_cache_requests_total{result=\"hit\",route=\"products\"}", 2.0)
                .containsEntry("gateway_cache_requests_total{result=\"uri-miss\",route=\"products\"}", 1.0)
                .containsEntry("gateway_failures_total{failure=\"upstream_timeout\",route=\"orders\"}", 1.0)
                .containsEntry("gateway_decisions_total{outcome=\"refused\",policy=\"limit:anonymous\"}", 2.0)
                .containsEntry("gateway_decisions_total{outcome=\"token_expired\",policy=\"auth\"}", 1.0);
    }

    @Test
    void nothingOfARequestStandsInTheMetrics() {
        metrics.finished(finished("products", 200, 1, "hit", "upstream_reset"));
        assertThat(metrics.scrape("").text())
                .doesNotContain("secret-path", "203.0.113.9", "user:42", "req_1", "shop.example");
    }

    @Test
    void openConnectionsGoUpAndDown() {
        metrics.connectionOpened();
        metrics.connectionOpened();
        metrics.connectionClosed();
        assertThat(samples())
                .containsEntry("gateway_client_connections", 1.0)
                .containsEntry("gateway_client_connections_accepted_total", 2.0);
    }

    static UpstreamState state(int connections, String down) {
        return new UpstreamState() {
            @Override
            public int openConnections(String upstream) {
                return connections;
            }

            @Override
            public int requestsInFlight(String upstream) {
                return 1;
            }

            @Override
            public boolean isUp(String upstream, String server) {
                return !server.equals(down);
            }
        };
    }

    @Test
    void upstreamsOfANewConfigurationReplaceTheOldOnes() {
        metrics.upstreams(Map.of("commerce", List.of("a:1"), "media", List.of("b:1", "b:2")), state(5, "b:2"));
        assertThat(samples())
                .containsEntry("gateway_upstream_connections{upstream=\"commerce\"}", 5.0)
                .containsEntry("gateway_upstream_connections{upstream=\"media\"}", 5.0)
                .containsEntry("gateway_upstream_requests{upstream=\"media\"}", 1.0)
                .containsEntry("gateway_upstream_server_up{server=\"b:1\",upstream=\"media\"}", 1.0)
                .containsEntry("gateway_upstream_server_up{server=\"b:2\",upstream=\"media\"}", 0.0);
        metrics.upstreams(Map.of("media", List.of("b:2")), state(7, ""));
        assertThat(samples())
                .doesNotContainKeys(
                        "gateway_upstream_connections{upstream=\"commerce\"}",
                        "gateway_upstream_server_up{server=\"b:1\",upstream=\"media\"}")
                .containsEntry("gateway_upstream_server_up{server=\"b:2\",upstream=\"media\"}", 1.0)
                .containsEntry("gateway_upstream_connections{upstream=\"media\"}", 7.0);
    }

    @Test
    void requestsAreCountedByTheFirstDigitOfTheirStatus() {
        metrics.finished(finished("products", 200, 3, "", ""));
        metrics.finished(finished("products", 204, 3, "", ""));
        metrics.finished(finished("products", 599, 3, "", ""));
        assertThat(samples())
                .containsEntry("gateway_requests_total{route=\"products\",status_class=\"2xx\"}", 2.0)
                .containsEntry("gateway_requests_total{route=\"products\",status_class=\"4xx\"}", 0.0)
                .containsEntry("gateway_requests_total{route=\"products\",status_class=\"5xx\"}", 1.0);
    }

    @Test
    void whatALimitAdmitsIsCountedAndSoIsWhatItAdmitsNearItsQuota() {
        metrics.admitted("anonymous", false);
        metrics.admitted("anonymous", true);
        assertThat(samples())
                .containsEntry("gateway_decisions_total{outcome=\"admitted\",policy=\"limit:anonymous\"}", 2.0)
                .containsEntry("gateway_near_limit_total{limit=\"anonymous\"}", 1.0);
    }

    @Test
    void countingAnAdmissionAllocatesNothing() {
        String limit = "anonymous";
        for (int i = 0; i < 20_000; i++) {
            metrics.admitted(limit, true);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            metrics.admitted(limit, true);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated / 20_000).as("bytes for each").isZero();
    }

    private static final String CONFIGURED = """
            [cache]
            cache_type = "%s"
            [auth.jwt]
            algorithms = ["HS256"]
            secret = "0123456789abcdef0123456789abcdef"
            [limits.strict]
            key = "ip"
            rates = ["60/minute"]
            on_store_failure = "deny"
            ban = { after = "50 refusals/minute", for = "10m" }
            [limits.tried]
            key = "ip"
            rates = ["60/minute"]
            mode = "shadow"
            [upstreams.u]
            servers = ["http://127.0.0.1:1"]
            [[routes]]
            name = "products"
            path = "/products/**"
            upstream = "u"
            limits = ["strict", "tried"]
            cache = { ttl = "5m", shared = true }
            [[routes]]
            name = "gone"
            path = "/gone"
            respond = { status = 410 }
            """;

    @Test
    void whatMayHappenIsThereAtZeroOnceTheConfigurationIsLoaded() throws IOException {
        metrics.configured(TestGateway.config(CONFIGURED.formatted("Redis")));
        Map<String, Double> samples = samples();
        assertThat(samples)
                .containsEntry("gateway_decisions_total{outcome=\"refused\",policy=\"limit:strict\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"admitted\",policy=\"limit:strict\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"unknown_denied\",policy=\"limit:strict\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"shadow_refused\",policy=\"limit:tried\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"counted_locally\",policy=\"limit:tried\"}", 0.0)
                .doesNotContainKey("gateway_decisions_total{outcome=\"refused\",policy=\"limit:tried\"}")
                .containsEntry("gateway_near_limit_total{limit=\"tried\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"banned\",policy=\"ban:strict\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"range\",policy=\"block\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"unknown_allowed\",policy=\"block\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"token_expired\",policy=\"auth\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"cut_off\",policy=\"revocation\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"token_signature\",policy=\"auth\"}", 0.0)
                .containsEntry(
                        "gateway_limit_refusals_total{counted=\"leased\",limit=\"strict\",window=\"minute\"}", 0.0)
                .doesNotContainKey("gateway_limit_refusals_total{counted=\"leased\",limit=\"tried\",window=\"minute\"}")
                .containsEntry("gateway_cache_not_stored_total{reason=\"set_cookie\",route=\"products\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"hit\",policy=\"cache\"}", 0.0)
                .containsEntry("gateway_requests_total{route=\"products\",status_class=\"5xx\"}", 0.0)
                .containsEntry("gateway_requests_total{route=\"none\",status_class=\"4xx\"}", 0.0)
                .containsEntry("gateway_cache_requests_total{result=\"hit\",route=\"products\"}", 0.0)
                .containsEntry("gateway_failures_total{failure=\"upstream_timeout\",route=\"products\"}", 0.0)
                .doesNotContainKey("gateway_failures_total{failure=\"upstream_timeout\",route=\"gone\"}")
                .containsEntry("gateway_failures_total{failure=\"client_reset\",route=\"gone\"}", 0.0);
    }

    @Test
    void aStoreInMemoryIsNeverAway() throws IOException {
        metrics.configured(TestGateway.config(CONFIGURED.formatted("Memory")));
        assertThat(metrics.scrape("").text()).doesNotContain("unknown_allowed", "unknown_denied", "counted_locally");
    }

    @Test
    void aReloadShowsWhatIsNewAndKeepsWhatWasCounted() throws IOException {
        metrics.configured(TestGateway.config(CONFIGURED.formatted("Memory")));
        metrics.decided("limit:strict", "refused");
        metrics.configured(TestGateway.config(
                CONFIGURED.formatted("Memory").replace("strict", "other").replace("products", "goods")));
        assertThat(samples())
                .containsEntry("gateway_decisions_total{outcome=\"refused\",policy=\"limit:other\"}", 0.0)
                .containsEntry("gateway_requests_total{route=\"goods\",status_class=\"2xx\"}", 0.0)
                .containsEntry("gateway_decisions_total{outcome=\"refused\",policy=\"limit:strict\"}", 1.0);
    }

    @Test
    void ofThousandsOfRoutesOnlyThoseAskedForAreShown() throws IOException {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= 1_000; i++) {
            many.append("[[routes]]\nname = \"r%d\"\npath = \"/%d\"\nrespond = { status = 200 }\n".formatted(i, i));
        }
        metrics.configured(TestGateway.config(many.toString()));
        assertThat(metrics.scrape("").text()).doesNotContain("route=\"r7\"");
        metrics.finished(finished("r7", 200, 1, "", ""));
        assertThat(metrics.scrape("").text()).contains("route=\"r7\"");
    }

    @Test
    void everyOutcomeOfEveryCommandToRedisIsThereAtZero() {
        metrics.store().redisCommands(RedisBackend.operations(), RedisEvents.OUTCOMES);
        assertThat(samples())
                .containsEntry("gateway_redis_commands_total{operation=\"limit_take\",outcome=\"late\"}", 0.0)
                .containsEntry("gateway_redis_command_duration_seconds_count{operation=\"block_find\"}", 0.0);
    }

    @Test
    void theProcessHasTheNamesOfPrometheus() {
        assertThat(samples())
                .containsKeys("process_cpu_seconds_total", "process_start_time_seconds")
                .hasEntrySatisfying("process_open_fds", open -> assertThat(open).isPositive())
                .hasEntrySatisfying("process_max_fds", most -> assertThat(most).isPositive())
                .hasEntrySatisfying(
                        "process_resident_memory_bytes",
                        bytes -> assertThat(bytes).isGreaterThan(1 << 20))
                .hasEntrySatisfying(
                        "process_virtual_memory_bytes",
                        bytes -> assertThat(bytes).isGreaterThan(1 << 20));
    }

    @Test
    void theHashOfTheConfigurationTakesThePlaceOfTheOneBefore() {
        metrics.configuration("aaaa");
        metrics.configuration("aaaa");
        assertThat(samples()).containsEntry("gateway_config_info{hash=\"aaaa\"}", 1.0);
        metrics.configuration("bbbb");
        assertThat(samples())
                .doesNotContainKey("gateway_config_info{hash=\"aaaa\"}")
                .containsEntry("gateway_config_info{hash=\"bbbb\"}", 1.0);
    }

    @Test
    void aRefusedReloadShowsUntilAGoodOne() {
        assertThat(samples())
                .containsEntry("gateway_config_last_reload_successful", 1.0)
                .containsEntry("gateway_config_last_reload_success_timestamp_seconds", 1_767_225_600.0);
        clock.advance(Duration.ofMinutes(1));
        metrics.reloaded(false);
        assertThat(samples())
                .containsEntry("gateway_config_last_reload_successful", 0.0)
                .containsEntry("gateway_config_last_reload_success_timestamp_seconds", 1_767_225_600.0)
                .containsEntry("gateway_config_reloads_total{result=\"failure\"}", 1.0);
        metrics.reloaded(true);
        assertThat(samples())
                .containsEntry("gateway_config_last_reload_successful", 1.0)
                .containsEntry("gateway_config_last_reload_success_timestamp_seconds", 1_767_225_660.0)
                .containsEntry("gateway_config_reloads_total{result=\"success\"}", 1.0);
    }

    @Test
    void theStoresStateLatencyPoolAndMemoryShow() {
        AtomicReference<String> state = new AtomicReference<>("connected");
        AtomicInteger used = new AtomicInteger(3);
        metrics.store().state(List.of("connected", "reconnecting"), state::get);
        metrics.store().nodes(() -> 2, () -> 1);
        metrics.store().pool(used::get, () -> 20);
        metrics.store().memory(() -> 1000, () -> 4000);
        metrics.store().redisCommand("take", "ok", 700_000);
        metrics.store().redisCommand("take", "timeout", 30_000_000);
        state.set("reconnecting");
        assertThat(samples())
                .containsEntry("gateway_store_state{state=\"connected\"}", 0.0)
                .containsEntry("gateway_store_state{state=\"reconnecting\"}", 1.0)
                .containsEntry("gateway_store_nodes", 2.0)
                .containsEntry("gateway_store_nodes_alive", 1.0)
                .containsEntry("gateway_redis_pool_used", 3.0)
                .containsEntry("gateway_redis_pool_max", 20.0)
                .containsEntry("gateway_redis_memory_used_bytes", 1000.0)
                .containsEntry("gateway_redis_commands_total{operation=\"take\",outcome=\"timeout\"}", 1.0)
                .containsEntry("gateway_redis_command_duration_seconds_bucket{operation=\"take\",le=\"0.001\"}", 1.0)
                .containsEntry("gateway_redis_command_duration_seconds_count{operation=\"take\"}", 2.0);
    }

    @Test
    void whatIsAskedForIsNotLostToTheCollector() {
        AtomicLong decided = new AtomicLong(3);
        metrics.store().nearDecisions(() -> decided.get());
        metrics.accessLog(() -> decided.get());
        System.gc();
        decided.set(7);
        assertThat(metrics.scrape("").text())
                .contains("gateway_limit_near_decisions_total 7.0")
                .contains("gateway_access_log_dropped_total 7.0");
    }

    @Test
    void theProcessAndTheVersionShow() {
        metrics.accessLog(() -> 4);
        assertThat(samples())
                .containsEntry("gateway_build_info{version=\"1.2.3\"}", 1.0)
                .containsEntry("gateway_access_log_dropped_total", 4.0)
                .containsKeys("process_uptime_seconds", "jvm_threads_live_threads", "process_cpu_usage");
    }

    @Test
    void aScraperGetsTheFormatItAsksFor() {
        metrics.finished(finished("products", 200, 1, "", ""));
        Scrape plain = metrics.scrape("text/plain;version=0.0.4");
        assertThat(plain.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.text()).doesNotContain("# EOF");
        Scrape open = metrics.scrape("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.contentType()).isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.text()).endsWith("# EOF\n");
    }

    @Test
    void everyMetricOfTheAlertsIsMade() throws Exception {
        X509Bundle shown = new CertificateBuilder()
                .ecp256()
                .subject("CN=shop.test")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        metrics.certificates(
                Map.of("tls/shop.pem", CertifiedKey.read(shown.getCertificatePEM(), shown.getPrivateKeyPEM())));
        metrics.finished(finished("products", 502, 1, "hit", "upstream_reset"));
        metrics.decided("auth", "missing");
        metrics.store().state(List.of("connected"), () -> "connected");
        metrics.store().pool(() -> 1, () -> 2);
        metrics.store().memory(() -> 1, () -> 2);
        metrics.store().evictions(() -> 3);
        metrics.store().redisCommand("take", "ok", 1);
        metrics.accessLog(() -> 0);
        metrics.log(() -> 0);
        metrics.listener(() -> 1, () -> false, () -> 2);
        metrics.admitted("anonymous", true);
        ((JobMeters) metrics.jobs()).configured(List.of("webhooks"));
        metrics.store().nodes(() -> 1, () -> 1);
        metrics.upstreams(Map.of("u", List.of("a:1")), state(1, ""));
        Set<String> made = new TreeSet<>();
        samples().keySet().forEach(sample -> made.add(sample.split("\\{", 2)[0]));
        String alerts = Files.readString(Path.of("..", "config", "prometheus", "alerts.yml"));
        Matcher names = Pattern.compile("\\b(gateway|process)_[a-z_]+").matcher(alerts);
        Set<String> used = new TreeSet<>();
        while (names.find()) {
            used.add(names.group());
        }
        assertThat(used).isNotEmpty();
        assertThat(made).containsAll(used);
    }
}
