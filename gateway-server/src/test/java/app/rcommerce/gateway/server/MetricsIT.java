package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.metrics.Promtool;
import app.rcommerce.gateway.server.metrics.jobs.JobMeters;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.tls.CertifiedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A scrape of a gateway with Redis that has served: what it holds, and what the documents say of it. */
@Tag("redis")
@ExtendWith(Leaks.class)
class MetricsIT {

    private static final Pattern DOCUMENTED = Pattern.compile("`(gateway_[a-z0-9_]+)(?:\\{([a-z_,]+)})?`");
    private static final Pattern FAMILY = Pattern.compile("# TYPE (gateway_\\S+) \\S+");
    private static final Pattern SAMPLE =
            Pattern.compile("(?m)^(gateway_[a-z0-9_]+?)(_bucket|_count|_sum)?(?:\\{(.*)})? ");
    private static final Pattern LABEL = Pattern.compile("([a-z0-9_]+)=\"");

    private RedisServer redis;
    private Shop shop;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        shop = new Shop(redis, "500ms");
        gateway = shop.gateway();
        ((JobMeters) gateway.gateway().metrics().jobs()).configured(List.of("webhooks"));
        Path pem = Path.of("..", "gateway-core", "src", "test", "resources", "tls");
        gateway.gateway()
                .metrics()
                .certificates(Map.of(
                        "tls/shop.pem",
                        CertifiedKey.read(
                                Files.readString(pem.resolve("ec.pem")),
                                Files.readString(pem.resolve("ec.sec1.key")))));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        shop.close();
        redis.close();
    }

    private String scrape() {
        return gateway.gateway().metrics().scrape("").text();
    }

    private int get(String path, String... fields) throws IOException {
        try (RawClient client = gateway.client()) {
            return client.get(path, fields).read().status();
        }
    }

    private void serve() throws IOException {
        get("/api/v1/products/1", Shop.from(Shop.address()));
        get("/gone", Shop.from(Shop.address()));
        get("/nowhere", Shop.from(Shop.address()));
        Awaitility.await().until(() -> gateway.finished().size() == 3);
    }

    /** The labels of each metric, by its name, as the table of the operators' document lists them. */
    private static Map<String, Set<String>> documented() throws IOException {
        String text = Files.readString(Path.of("..", "docs", "OPERATIONS.md"));
        String table = text.substring(text.indexOf("| metric |"), text.indexOf("**At zero.**"));
        Map<String, Set<String>> documented = new TreeMap<>();
        for (String line : table.split("\n")) {
            if (line.startsWith("| `")) {
                Matcher names = DOCUMENTED.matcher(line.split("\\|", 3)[1]);
                while (names.find()) {
                    String labels = names.group(2) == null ? "" : names.group(2);
                    documented.put(
                            names.group(1), labels.isEmpty() ? Set.of() : new TreeSet<>(Set.of(labels.split(","))));
                }
            }
        }
        return documented;
    }

    private static Map<String, Set<String>> measured(String scrape) {
        Set<String> families = new TreeSet<>();
        Matcher types = FAMILY.matcher(scrape);
        while (types.find()) {
            families.add(types.group(1));
        }
        Map<String, Set<String>> measured = new TreeMap<>();
        Matcher samples = SAMPLE.matcher(scrape);
        while (samples.find()) {
            String whole = samples.group(1) + (samples.group(2) == null ? "" : samples.group(2));
            String family = families.contains(whole) ? whole : samples.group(1);
            Set<String> labels = measured.computeIfAbsent(family, name -> new TreeSet<>());
            Matcher label = LABEL.matcher(samples.group(3) == null ? "" : samples.group(3));
            while (label.find()) {
                if (!label.group(1).equals("le")) {
                    labels.add(label.group(1));
                }
            }
        }
        assertThat(measured.keySet()).isEqualTo(families);
        return measured;
    }

    @Test
    void theDocumentNamesWhatIsMeasuredAndNothingElse() throws Exception {
        serve();
        assertThat(documented()).isEqualTo(measured(scrape()));
    }

    @Test
    void promtoolFindsNothingToSay() throws Exception {
        serve();
        Promtool.find().check(scrape(), "check", "metrics");
    }

    @Test
    void whatMayHappenIsThereAtZeroBeforeAnyRequest() {
        assertThat(scrape())
                .contains("gateway_decisions_total{outcome=\"refused\",policy=\"limit:anonymous\"} 0.0\n")
                .contains("gateway_decisions_total{outcome=\"admitted\",policy=\"limit:anonymous\"} 0.0\n")
                .contains("gateway_decisions_total{outcome=\"counted_locally\",policy=\"limit:user\"} 0.0\n")
                .contains("gateway_near_limit_total{limit=\"anonymous\"} 0.0\n")
                .contains("gateway_decisions_total{outcome=\"banned\",policy=\"ban:probing\"} 0.0\n")
                .contains("gateway_requests_total{route=\"products\",status_class=\"5xx\"} 0.0\n")
                .contains("gateway_idempotency_total{outcome=\"kept\",route=\"orders\"} 0.0\n")
                .contains("gateway_redis_commands_total{operation=\"limit_take\",outcome=\"late\"} 0.0\n")
                .contains("gateway_failures_total{failure=\"upstream_connect\",route=\"gone\"} 0.0\n")
                .contains("gateway_upstream_server_up{server=\"127.0.0.1:1\",upstream=\"gone\"} 1.0\n");
    }

    @Test
    void aLimitsAdmissionsAndAServerThatIsGoneShow() throws Exception {
        String caller = Shop.from(Shop.address());
        for (int i = 0; i < 60; i++) {
            get("/shop/x", caller);
        }
        assertThat(get("/gone", Shop.from(Shop.address()))).isEqualTo(502);
        Awaitility.await().until(() -> gateway.finished().size() == 61);
        assertThat(scrape())
                .contains("gateway_decisions_total{outcome=\"admitted\",policy=\"limit:anonymous\"} 60.0\n")
                .contains("gateway_near_limit_total{limit=\"anonymous\"} 12.0\n")
                .contains("gateway_near_limit_total{limit=\"flood\"} 0.0\n")
                .contains("gateway_upstream_server_up{server=\"127.0.0.1:1\",upstream=\"gone\"} 0.0\n")
                .contains("gateway_requests_total{route=\"gone\",status_class=\"5xx\"} 1.0\n");
    }
}
