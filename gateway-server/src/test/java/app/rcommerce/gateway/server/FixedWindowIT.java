package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Shop.address;
import static app.rcommerce.gateway.server.testing.Shop.admin;
import static app.rcommerce.gateway.server.testing.Shop.awaitStore;
import static app.rcommerce.gateway.server.testing.Shop.from;
import static app.rcommerce.gateway.server.testing.Shop.withinASecond;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.TestGateway;
import app.rcommerce.gateway.server.testing.Toml;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Windows of the calendar in the platform's own counters, by two nodes and the platform's own code. */
@Tag("redis")
@ExtendWith(Leaks.class)
class FixedWindowIT {

    private static final int QUOTA = 3000;
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    private final String client = address();
    private RedisServer redis;
    private RawUpstream upstream;
    private TestGateway here;
    private TestGateway there;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(x -> x.ok("ok"));
        here = gateway();
        there = gateway();
    }

    @AfterEach
    void stop() throws Exception {
        here.close();
        there.close();
        upstream.close();
        redis.close();
    }

    private TestGateway gateway() throws Exception {
        TestGateway gateway = TestGateway.start(Toml.node(1)
                + Toml.redis(redis.port(), "", Toml.LONG_DEADLINE)
                + Toml.upstream(upstream.port())
                + Toml.route("both", "/both", "window", "sliding")
                + Toml.route("window", "/**", "window")
                + """
                [limits.window]
                key = "ip"
                algorithm = "fixed_window"
                rates = ["%d/day"]
                [limits.sliding]
                key = "ip"
                rates = ["1000000/day"]
                """.formatted(QUOTA));
        awaitStore(gateway);
        // Whoever begins to listen acts as if a reset had been missed, and forgets what is in hand.
        withinASecond(() -> assertThat(admin(gateway, "GET", "status", "")).contains("\"tracking\":\"active"));
        return gateway;
    }

    private long scripts() throws Exception {
        Matcher calls = SCRIPTS.matcher((String) redis.send("INFO", "commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    /** What the platform's own code reads. */
    private long counted() throws Exception {
        List<?> keys = (List<?>) redis.send("KEYS", "rcommerce:rate:limit/ip:" + client + "/day/*");
        return keys.isEmpty() ? 0 : Long.parseLong((String) redis.send("GET", keys.getFirst()));
    }

    /** Sends so many requests, one after the other; how many were admitted. */
    private int admitted(TestGateway gateway, String path, int requests) throws Exception {
        AtomicInteger admitted = new AtomicInteger();
        try (RawClient connection = gateway.client()) {
            for (int i = 0; i < requests; i++) {
                int status = connection.get(path, from(client)).read().status();
                assertThat(status).isIn(200, 429);
                admitted.addAndGet(status == 200 ? 1 : 0);
            }
        }
        return admitted.get();
    }

    @Test
    void anIdentifierInDemandIsCountedAheadAndTheCountIsTrueOnceItRests() throws Exception {
        for (String path : List.of("/window", "/both")) {
            admitted(here, path, 200);
            long before = scripts();
            assertThat(admitted(here, path, 1000)).isEqualTo(1000);
            // Its windows and its sliding counts, and what the nodes say of themselves.
            assertThat(scripts() - before).as(path).isLessThan(200);
        }
        withinASecond(() -> assertThat(counted()).isEqualTo(2400));
    }

    @Test
    void bothNodesAndThePlatformCountTogether() throws Exception {
        Thread other = Thread.startVirtualThread(() -> {
            try {
                admitted(there, "/window", 500);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(admitted(here, "/window", 500)).isEqualTo(500);
        other.join();
        withinASecond(() -> assertThat(counted()).isEqualTo(1000));

        List<?> keys = (List<?>) redis.send("KEYS", "rcommerce:rate:limit/ip:" + client + "/day/*");
        redis.send("INCRBY", keys.getFirst(), QUOTA - 1000 - 100);
        assertThat(admitted(here, "/window", 200)).isEqualTo(100);
        assertThat(admitted(there, "/window", 50)).isZero();
        withinASecond(() -> assertThat(counted()).isEqualTo(QUOTA));
    }

    @Test
    void aRefusalStandsWithoutAnotherQuestion() throws Exception {
        for (String path : List.of("/window", "/both")) {
            admitted(here, path, 10);
            List<?> keys = (List<?>) redis.send("KEYS", "rcommerce:rate:limit/ip:" + client + "/day/*");
            redis.send("SET", keys.getFirst(), Integer.toString(QUOTA), "KEEPTTL");
            withinASecond(() -> assertThat(admitted(here, path, 1)).isZero());
            withinASecond(() -> {
                long before = scripts();
                assertThat(admitted(here, path, 300)).isZero();
                // The nodes' own.
                assertThat(scripts() - before).as(path).isLessThan(10);
            });
        }
    }
}
