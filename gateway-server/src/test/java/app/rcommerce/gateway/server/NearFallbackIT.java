package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Nodes.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.tracking.RedisTracking;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.Nodes.Token;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Redis as it may be set up: without permission to track, with odd keys, as a cluster, with sentinels; and strict. */
@Tag("redis")
@ExtendWith(Leaks.class)
class NearFallbackIT {

    private static final RawUpstream.Script OK = x -> x.ok("ok");
    private static final String LONG = "near_ttl = \"10s\"";

    private static void bites(Nodes nodes, RedisServer redis) throws Exception {
        Token token = Token.fresh("ana");
        nodes.isWarm(200, token.field());
        redis.send("SET", "token:blacklist:" + token.id(), "1", "EX", 60);
        nodes.answer(401, token.field());
        redis.send("DEL", "token:blacklist:" + token.id());
        nodes.answer(200, token.field());
    }

    @Test
    void whereTrackingIsNotPermittedAnswersAreRememberedForTheConfiguredTime() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            redis.send(
                    "ACL",
                    "SETUSER",
                    "gateway",
                    "on",
                    ">secret",
                    "~*",
                    "resetchannels",
                    "&*",
                    "+@all",
                    "-client",
                    "+client|setname");
            String user = "port = " + redis.port() + "\nusername = \"gateway\"\npassword = \"secret\"";
            try (Nodes nodes = new Nodes(2, OK, "near_ttl = \"1s\"", user)) {
                nodes.awaitTracking("off: Redis refuses CLIENT TRACKING (NOPERM), falling back to near_ttl = 1s\"");
                bites(nodes, redis);
            }
        }
    }

    @Test
    void thatTrackingEndsAndBeginsAgainIsLoggedWithWhatHoldsMeanwhile() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(RedisTracking.class);
        lines.start();
        logger.addAppender(lines);
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            try (Nodes nodes = new Nodes(1, OK, "near_ttl = \"750ms\"", "port = " + redis.port())) {
                nodes.awaitTracking();
                redis.kill();
                nodes.awaitTracking("off: ");
                redis.start();
                nodes.awaitTracking();
            }
        } finally {
            logger.detachAppender(lines);
        }
        List<String> said =
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(said).hasSize(3);
        assertThat(said.getFirst()).isEqualTo("redis: CLIENT TRACKING is on");
        assertThat(said.get(1)).matches("redis: CLIENT TRACKING is off: .+, falling back to near_ttl = 750ms");
        assertThat(said.get(2)).isEqualTo("redis: CLIENT TRACKING is on again");
    }

    @Test
    void aUserWithAPasswordIsTracked() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            redis.send(
                    "ACL",
                    "SETUSER",
                    "gateway",
                    "on",
                    ">secret",
                    "~*",
                    "resetchannels",
                    "&rcommerce:gateway:events",
                    "+@all");
            String user = "port = " + redis.port() + "\nusername = \"gateway\"\npassword = \"secret\"";
            try (Nodes nodes = new Nodes(2, OK, LONG, user)) {
                nodes.awaitTracking();
                bites(nodes, redis);
            }
        }
    }

    /** Messages may be lost; here no node may hear or send any. */
    @Test
    void aPurgeThatNobodyIsToldOfStopsWhatIsFetchedFromBeingStoredAllTheSame() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch purged = new CountDownLatch(1);
        RawUpstream.Script origin = x -> {
            if (x.line().contains("/slow")) {
                arrived.countDown();
                purged.await();
            }
            x.ok("old");
        };
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            redis.send("ACL", "SETUSER", "gateway", "on", ">secret", "~*", "resetchannels", "+@all");
            String user = "port = " + redis.port() + "\nusername = \"gateway\"\npassword = \"secret\"";
            try (Nodes nodes = new Nodes(2, origin, LONG, user);
                    RawClient client = nodes.gateway(1).client()) {
                nodes.awaitTracking();
                client.get("/cached/slow");
                arrived.await();
                Shop.admin(nodes.gateway(0), "POST", "purge", "{\"path\":\"/cached/**\"}");
                purged.countDown();
                assertThat(client.read().body()).isEqualTo("old");
                assertThat(client.get("/cached/other").read().body())
                        .as("asked later")
                        .isEqualTo("old");
                soon(() -> assertThat(nodes.get(1, "/cached/other").field("cache-status"))
                        .contains("; hit;"));
                assertThat((List<?>) redis.send("KEYS", "api:cache:*"))
                        .as("the other one alone")
                        .hasSize(1);
                assertThat(client.get("/cached/slow").read().field("cache-status"))
                        .contains("fwd=uri-miss");
            }
        }
    }

    @Test
    void keysMayBeginAlike() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            String keys = "port = " + redis.port() + """

                    [cache.redis.keys]
                    block_ranges = "gw:b"
                    block_list = "gw:b:{identifier}"
                    token_blacklist = "gw:bt:{token_id}"
                    """;
            try (Nodes nodes = new Nodes(2, OK, LONG, keys)) {
                nodes.awaitTracking();
                Token token = Token.fresh("ana");
                nodes.isWarm(200, token.field());
                redis.send("SET", "gw:b:user:ana", "1");
                nodes.answer(403, token.field());
                redis.send("DEL", "gw:b:user:ana");
                nodes.answer(200, token.field());
                redis.send("HSET", "gw:b", "127.0.0.0/8", "{\"until\":" + Long.MAX_VALUE / 2 + "}");
                nodes.answer(403, token.field());
            }
        }
    }

    private static long calls(RedisServer redis, String command) throws Exception {
        String stats = (String) redis.send("INFO", "commandstats");
        return stats.lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .map(line -> Long.parseLong(line.replaceAll("^[^=]*calls=(\\d+),.*", "$1")))
                .findFirst()
                .orElse(0L);
    }

    @Test
    void strictAsksOnEveryRequest() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            try (Nodes nodes = new Nodes(1, OK, LONG + "\nconsistency = \"strict\"", "port = " + redis.port())) {
                nodes.awaitTracking();
                Token token = Token.fresh("ana");
                nodes.get(0, "/cached/1", token.field());
                soon(() -> assertThat(nodes.get(0, "/cached/1", token.field()).field("cache-status"))
                        .contains("; hit;"));
                long gets = calls(redis, "get");
                long exists = calls(redis, "exists");
                for (int i = 0; i < 10; i++) {
                    assertThat(nodes.get(0, "/cached/1", token.field()).status())
                            .isEqualTo(200);
                }
                assertThat(calls(redis, "exists") - exists).isEqualTo(10);
                assertThat(calls(redis, "get") - gets)
                        .as("address, user, cut-off, reply; once a second the last purge")
                        .isBetween(40L, 43L);
                redis.send("SET", "token:blacklist:" + token.id(), "1");
                assertThat(nodes.get(0, "/x", token.field()).status())
                        .as("without any delay")
                        .isEqualTo(401);
                redis.send("DEL", "token:blacklist:" + token.id());
                assertThat(nodes.get(0, "/x", token.field()).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void everyMasterOfAClusterIsTracked() throws Exception {
        List<RedisServer> masters = RedisServers.newCluster();
        String nodesOf = masters.stream()
                .map(master -> "\"redis://127.0.0.1:" + master.port() + "\"")
                .collect(Collectors.joining(", "));
        String cluster = "[cache.redis.cluster]\nenabled = true\nnodes = [" + nodesOf + "]";
        try (Nodes nodes = new Nodes(2, OK, LONG, cluster)) {
            nodes.awaitTracking();
            List<Integer> homes = new ArrayList<>();
            while (homes.stream().distinct().count() < 3) {
                Token token = Token.fresh("ana");
                nodes.isWarm(200, token.field());
                homes.add(home(masters, "token:blacklist:" + token.id()));
                nodes.answer(401, token.field());
            }
            masters.get(1).kill();
            nodes.awaitTracking("off");
        } finally {
            for (RedisServer master : masters) {
                master.close();
            }
        }
    }

    /** Writes the key to whichever master it belongs to. */
    private static int home(List<RedisServer> masters, String key) throws Exception {
        for (int i = 0; i < masters.size(); i++) {
            try {
                masters.get(i).send("SET", key, "1", "EX", 60);
                return i;
            } catch (IllegalStateException moved) {
                assertThat(moved).hasMessageStartingWith("MOVED");
            }
        }
        throw new AssertionError(key + " belongs nowhere");
    }

    @Test
    void aNewMasterIsTrackedInPlaceOfTheOld() throws Exception {
        try (RedisServer one = RedisServers.own()) {
            one.start();
            try (RedisServer two = RedisServers.replicaOf(one);
                    RedisServer sentinel = RedisServers.sentinel("mymaster", one)) {
                two.start();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> ((String) one.send("INFO", "replication")).contains("state=online"));
                sentinel.start();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> ((String) sentinel.send("INFO", "sentinel")).contains("slaves=1"));
                String sentinels = "sentinel_nodes = [\"redis://127.0.0.1:" + sentinel.port()
                        + "\"]\nsentinel_service = \"mymaster\"";
                try (Nodes nodes = new Nodes(2, OK, LONG, sentinels)) {
                    nodes.awaitTracking();
                    bites(nodes, one);
                    await().atMost(Duration.ofSeconds(20))
                            .ignoreExceptions()
                            .until(() -> sentinel.send("SENTINEL", "FAILOVER", "mymaster")
                                    .equals("OK"));
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> ((String) two.send("INFO", "replication")).contains("role:master"));
                    Token token = Token.fresh("bob");
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> nodes.get(0, "/x", token.field()).status() == 200);
                    two.send("SET", "token:blacklist:" + token.id(), "1", "EX", 60);
                    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                        nodes.awaitTracking();
                        nodes.isWarm(401, token.field());
                        assertThat((String) two.send("CLIENT", "LIST")).contains("name=rcommerce-gateway-tracking");
                    });
                    bites(nodes, two);
                }
            }
        }
    }
}
