package app.rcommerce.gateway.server;

import static app.rcommerce.gateway.server.testing.Nodes.soon;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.redis.Resp;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.Nodes.Token;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.Shop;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What anybody writes to Redis is seen by every node at once, and nothing is believed that may have changed unseen. */
@Tag("redis")
@ExtendWith(Leaks.class)
class NearIT {

    private static final String BLOCKED = "rcommerce:blocklist:";

    private RedisServer redis;
    private Nodes nodes;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        nodes = Nodes.tracking(2, redis.port());
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
        redis.close();
    }

    private static String from(String address) {
        return "X-Forwarded-For: " + address;
    }

    @Test
    void aRevocationBitesOnEveryNodeAndIsTakenBack() throws Exception {
        Token token = Token.fresh("ana");
        nodes.isWarm(200, token.field());
        redis.send("SET", "token:blacklist:" + token.id(), "1", "EX", 60);
        nodes.answer(401, token.field());
        redis.send("DEL", "token:blacklist:" + token.id());
        nodes.answer(200, token.field());
        redis.send("SET", "token:cutoff:user:ana", Long.toString(System.currentTimeMillis() + 1000));
        nodes.answer(401, token.field());
        redis.send("DEL", "token:cutoff:user:ana");
        nodes.answer(200, token.field());
    }

    @Test
    void aBlockBitesOnEveryNodeAndIsTakenBack() throws Exception {
        String address = from("198.51.100.1");
        Token token = Token.fresh("bob");
        nodes.isWarm(200, address, token.field());
        redis.send("SET", BLOCKED + "ip:198.51.100.1", "1", "EX", 60);
        nodes.answer(403, address, token.field());
        redis.send("DEL", BLOCKED + "ip:198.51.100.1");
        nodes.answer(200, address, token.field());
        redis.send("SET", BLOCKED + "user:bob", "1");
        nodes.answer(403, address, token.field());
        redis.send("DEL", BLOCKED + "user:bob");
        nodes.answer(200, address, token.field());
    }

    @Test
    void anEntryThatEndsByItselfIsSeenToEnd() throws Exception {
        Token token = Token.fresh("eve");
        redis.send("SET", "token:blacklist:" + token.id(), "1", "PX", 1500);
        nodes.isWarm(401, token.field());
        nodes.answer(200, token.field());
    }

    @Test
    void rangesAreSeenToo() throws Exception {
        String address = from("198.51.101.7");
        nodes.isWarm(200, address);
        String entry = "{\"until\":" + (System.currentTimeMillis() + 60_000) + "}";
        redis.send("HSET", "rcommerce:blocklist_ranges", "198.51.101.0/24", entry);
        nodes.answer(403, address);
        redis.send("DEL", "rcommerce:blocklist_ranges");
        nodes.answer(200, address);
    }

    @Test
    void allOfItMayGoAtOnce() throws Exception {
        Token token = Token.fresh("joe");
        String address = from("198.51.102.7");
        redis.send("SET", "token:blacklist:" + token.id(), "1");
        redis.send("SET", BLOCKED + "ip:198.51.102.7", "1");
        nodes.isWarm(401, token.field());
        nodes.isWarm(403, address);
        redis.send("FLUSHALL");
        nodes.answer(200, token.field());
        nodes.answer(200, address);
    }

    /** How often Redis has carried out these commands. */
    private List<Long> carriedOut(String... commands) throws Exception {
        String stats = (String) redis.send("INFO", "commandstats");
        return Stream.of(commands)
                .map(command -> {
                    Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
                            .matcher(stats);
                    return calls.find() ? Long.valueOf(calls.group(1)) : 0L;
                })
                .toList();
    }

    @Test
    void aWarmCredentialAndAWarmReplyCostNoCommand() throws Exception {
        Token token = Token.fresh("kim");
        String[] reads = {"get", "exists", "pttl", "hgetall", "getrange", "set"};
        try (RawClient client = nodes.gateway(0).client()) {
            String path = "/cached/" + UUID.randomUUID();
            soon(() -> assertThat(client.get(path, token.field()).read().field("cache-status"))
                    .contains("; hit;"));
            client.get(path, token.field()).read();
            // That the reply was stored may be told only now, and it is asked for once more then.
            soon(() -> {
                List<Long> before = carriedOut(reads);
                for (int i = 0; i < 200; i++) {
                    RawClient.Answer answer = client.get(path, token.field()).read();
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.field("cache-status")).contains("; hit;");
                }
                assertThat(carriedOut(reads)).isEqualTo(before);
            });
        }
    }

    @Test
    void aReplyThatOneNodeReplacesIsReplacedOnTheOther() throws Exception {
        String path = "/cached/" + UUID.randomUUID();
        String old = nodes.get(0, path).body();
        // A miss of the other node's, before the reply has been stored, would store another one.
        soon(() -> assertThat(
                        nodes.get(1, path, "Cache-Control: only-if-cached").body())
                .isEqualTo(old));
        String renewed = nodes.get(0, path, "Cache-Control: no-cache").body();
        assertThat(renewed).isNotEqualTo(old);
        soon(() -> assertThat(nodes.get(1, path).body()).isEqualTo(renewed));
        redis.send("DEL", redis.send("KEYS", "api:cache:*") instanceof List<?> keys ? keys.getFirst() : "");
        soon(() -> assertThat(nodes.get(1, path).body()).isNotEqualTo(renewed));
    }

    private List<String> trackingClients() throws Exception {
        return ((String) redis.send("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" name=rcommerce-gateway-tracking "))
                .map(line -> line.replaceAll("^id=(\\d+) .*", "$1"))
                .collect(Collectors.toList());
    }

    @Test
    void aRevocationWrittenWhileNobodyTellsOfItBitesAllTheSame() throws Exception {
        for (int round = 0; round < 5; round++) {
            Token token = Token.fresh("lea");
            nodes.isWarm(200, token.field());
            List<String> clients = trackingClients();
            assertThat(clients).hasSize(2);
            try (Resp resp = new Resp(redis.port())) {
                resp.send("MULTI");
                for (String client : clients) {
                    resp.send("CLIENT", "KILL", "ID", client);
                }
                resp.send("SET", "token:blacklist:" + token.id(), "1");
                resp.send("EXEC");
            }
            nodes.answer(401, token.field());
            nodes.awaitTracking();
            nodes.isWarm(401, token.field());
        }
    }

    @Test
    void aRedisThatFallsSilentIsNotBelievedForLong() throws Exception {
        Token good = Token.fresh("mia");
        Token bad = Token.fresh("mia");
        redis.send("SET", "token:blacklist:" + bad.id(), "1");
        nodes.isWarm(200, good.field());
        nodes.isWarm(401, bad.field());
        redis.suspend();
        // Whether an address is blocked is asked first, and nobody knows.
        nodes.answer(503, good.field());
        redis.resume();
        nodes.answer(200, good.field());
        nodes.answer(401, bad.field());
        nodes.awaitTracking();
    }

    @Test
    void aRedisThatIsKilledAndComesBackEmptyIsTrackedAnew() throws Exception {
        Token token = Token.fresh("noa");
        nodes.isWarm(200, token.field());
        redis.kill();
        nodes.answer(503, token.field());
        redis.start();
        nodes.awaitTracking();
        nodes.answer(200, token.field());
        redis.send("SET", "token:blacklist:" + token.id(), "1");
        nodes.answer(401, token.field());
    }

    @Test
    void aPurgeOnOneNodeStopsWhatTheOtherFetchesFromBeingStored() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch purged = new CountDownLatch(1);
        try (Nodes two = new Nodes(
                2,
                x -> {
                    if (x.line().contains("/slow")) {
                        arrived.countDown();
                        purged.await();
                    }
                    x.ok("old");
                },
                "near_ttl = \"10s\"",
                "port = " + redis.port())) {
            two.awaitTracking();
            soon(() -> assertThat(redis.send("PUBSUB", "NUMSUB", "rcommerce:gateway:events"))
                    .isEqualTo(List.of("rcommerce:gateway:events", 4L)));
            try (RawClient client = two.gateway(1).client()) {
                client.get("/cached/slow");
                arrived.await();
                Shop.admin(two.gateway(0), "POST", "purge", "{\"path\":\"/cached/**\"}");
                // What is told later on the same connection has been heard after the message.
                Token token = Token.fresh("pia");
                two.isWarm(200, token.field());
                redis.send("SET", "token:blacklist:" + token.id(), "1");
                two.answer(401, token.field());
                purged.countDown();
                assertThat(client.read().body()).isEqualTo("old");
                assertThat(client.get("/cached/slow").read().field("cache-status"))
                        .contains("fwd=uri-miss");
            }
            assertThat((List<?>) redis.send("KEYS", "api:cache:*")).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void whatAnybodyPublishesHurtsNobody() throws Exception {
        for (String message :
                List.of("", "x", "purge", "purge \u0000", "unknown-topic x", "limit-reset " + "x".repeat(2000))) {
            redis.send("PUBLISH", "rcommerce:gateway:events", message);
        }
        redis.send("PUBLISH", "rcommerce:gateway:events", "x".repeat(2 << 20));
        nodes.awaitTracking();
        Token token = Token.fresh("ola");
        nodes.isWarm(200, token.field());
        redis.send("SET", "token:blacklist:" + token.id(), "1");
        nodes.answer(401, token.field());
    }
}
