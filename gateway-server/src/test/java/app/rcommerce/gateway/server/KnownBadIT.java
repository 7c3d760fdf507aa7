package app.rcommerce.gateway.server;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.Nodes.Token;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What nodes go on refusing when a real Redis is killed, and what they do not: of whom nothing is known, a token gets
 * 503 and an address 200.
 */
@Tag("redis")
@ExtendWith(Leaks.class)
class KnownBadIT {

    private static final RawUpstream.Script OK = x -> x.ok("ok");
    private static final String RANGES = "rcommerce:blocklist_ranges";
    private static final String BLOCK = "rcommerce:blocklist:";

    private static String from(String address) {
        return "X-Forwarded-For: " + address;
    }

    private static void admin(Nodes nodes, int node, String method, String path, String json) throws Exception {
        Shop.admin(nodes.gateway(node), method, path, json);
    }

    /** Changes are told in their order: once a later one is seen on every node, so are those before it. */
    private static void awaitTold(Nodes nodes, RedisServer redis) throws Exception {
        Token later = Token.fresh("later");
        nodes.isWarm(200, later.field());
        redis.send("SET", "token:blacklist:" + later.id(), "1");
        nodes.answer(401, later.field());
    }

    @ParameterizedTest
    @ValueSource(strings = {"near", "strict"})
    void whatWasLiftedOnOneNodeIsLiftedOnTheOther(String consistency) throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            String cache = "near_ttl = \"10s\"\nconsistency = \"" + consistency + "\"";
            try (Nodes nodes = new Nodes(2, OK, cache, "port = " + redis.port(), "allow")) {
                nodes.awaitTracking();
                Token lifted = Token.fresh("ana");
                Token deleted = Token.fresh("ben");
                Token cut = Token.fresh("cut");
                Token kept = Token.fresh("kim");
                for (Token token : List.of(lifted, deleted, kept)) {
                    redis.send("SET", "token:blacklist:" + token.id(), "1", "EX", 600);
                }
                redis.send("SET", "token:cutoff:user:cut", Long.toString(System.currentTimeMillis() + 5000), "EX", 600);
                redis.send("SET", BLOCK + "ip:198.51.100.1", "1", "EX", 600);
                redis.send("SET", BLOCK + "ip:198.51.100.2", "1", "EX", 600);
                for (String range : List.of("198.51.102.0/24", "198.51.103.0/24")) {
                    redis.send("HSET", RANGES, range, "{\"until\":" + Long.MAX_VALUE / 2 + "}");
                }
                nodes.answer(403, from("198.51.102.7"));
                Map<String, Integer> refused = Map.of(
                        lifted.field(),
                        401,
                        deleted.field(),
                        401,
                        cut.field(),
                        401,
                        kept.field(),
                        401,
                        from("198.51.100.1"),
                        403,
                        from("198.51.100.2"),
                        403,
                        from("198.51.103.7"),
                        403);
                for (Map.Entry<String, Integer> each : refused.entrySet()) {
                    nodes.isWarm(each.getValue(), each.getKey());
                }
                redis.send("HDEL", RANGES, "198.51.102.0/24");
                admin(nodes, 0, "DELETE", "revocations", "{\"token\":\"" + lifted.id() + "\"}");
                redis.send("DEL", "token:blacklist:" + deleted.id());
                redis.send("DEL", "token:cutoff:user:cut");
                redis.send("DEL", BLOCK + "ip:198.51.100.1");
                awaitTold(nodes, redis);
                redis.kill();
                nodes.answer(200, from("198.51.100.1"));
                for (Token token : List.of(lifted, deleted, cut)) {
                    nodes.answer(503, token.field());
                }
                nodes.isWarm(401, kept.field());
                nodes.isWarm(403, from("198.51.100.2"));
                nodes.isWarm(403, from("198.51.103.7"));
                nodes.answer(200, from("198.51.102.7"));
            }
        }
    }

    @Test
    void aWriteOfThisNodeForgetsNothingThatWasKnownAndIsKnownItself() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            try (Nodes nodes = new Nodes(1, OK, "near_ttl = \"10s\"", "port = " + redis.port(), "allow")) {
                nodes.awaitTracking();
                Token known = Token.fresh("ana");
                Token revoked = Token.fresh("ben");
                Token cut = Token.fresh("cut");
                redis.send("SET", "token:blacklist:" + known.id(), "1", "EX", 600);
                redis.send("SET", BLOCK + "ip:198.51.100.1", "1", "EX", 600);
                nodes.isWarm(401, known.field());
                nodes.isWarm(403, from("198.51.100.1"));
                admin(nodes, 0, "POST", "revocations", "{\"token\":\"" + revoked.id() + "\"}");
                admin(nodes, 0, "POST", "revocations", "{\"subject\":\"user:cut\"}");
                admin(nodes, 0, "POST", "blocks", "{\"subject\":\"ip:198.51.100.2\"}");
                admin(nodes, 0, "POST", "blocks", "{\"subject\":\"ip:198.51.102.0/24\"}");
                redis.kill();
                for (Token token : List.of(known, revoked, cut)) {
                    nodes.answer(401, token.field());
                }
                for (int i = 1; i <= 2; i++) {
                    nodes.answer(403, from("198.51.100." + i));
                }
                nodes.answer(403, from("198.51.102.7"));
                nodes.answer(200, from("198.51.103.7"));
                nodes.answer(503, Token.fresh("new").field());
            }
        }
    }

    @Test
    void whatIsWrittenAnywhereIsKnownBeforeItsFirstRequestComes() throws Exception {
        try (RedisServer redis = RedisServers.own()) {
            redis.start();
            try (Nodes nodes = new Nodes(2, OK, "near_ttl = \"10s\"", "port = " + redis.port(), "allow")) {
                nodes.awaitTracking();
                Token token = Token.fresh("ana");
                admin(nodes, 0, "POST", "revocations", "{\"token\":\"" + token.id() + "\"}");
                redis.send("SET", BLOCK + "ip:198.51.100.9", "1", "EX", 600);
                redis.send(
                        "SET", "token:cutoff:user:cut", Long.toString(System.currentTimeMillis() + 600_000), "EX", 600);
                awaitTold(nodes, redis);
                redis.kill();
                nodes.answer(401, token.field());
                nodes.answer(401, Token.fresh("cut").field());
                nodes.answer(403, from("198.51.100.9"));
            }
        }
    }

    /** With only the cut-off's master away, and with only the token's. */
    @Test
    void inAClusterEitherMastersAnswerSufficesToRefuse() throws Exception {
        List<RedisServer> masters = RedisServers.newCluster();
        String nodesOf = masters.stream()
                .map(master -> "\"redis://127.0.0.1:" + master.port() + "\"")
                .collect(Collectors.joining(", "));
        String cluster = "[cache.redis.cluster]\nenabled = true\nnodes = [" + nodesOf + "]";
        try (Nodes nodes = new Nodes(1, OK, "near_ttl = \"0ms\"", cluster, "allow")) {
            Token byToken = token(masters, 0, 1, 2);
            Token byCutoff = token(masters, 1, 0, 2);
            String address = address(masters, 2);
            nodes.answer(200, byToken.field(), address);
            masters.get(0).send("SET", "token:blacklist:" + byToken.id(), "1", "EX", 600);
            masters.get(0)
                    .send(
                            "SET",
                            "token:cutoff:user:" + byCutoff.subject(),
                            Long.toString(System.currentTimeMillis() + 600_000),
                            "EX",
                            600);
            masters.get(1).kill();
            nodes.answer(401, byToken.field(), address);
            nodes.answer(401, byCutoff.field(), address);
        } finally {
            for (RedisServer master : masters) {
                master.close();
            }
        }
    }

    /** A token whose entry, whose subject's cut-off and whose subject's block belong to these masters. */
    private static Token token(List<RedisServer> masters, int ofToken, int ofCutoff, int ofBlock) throws Exception {
        for (int i = 0; ; i++) {
            String subject = "s" + i;
            if (home(masters, "token:cutoff:user:" + subject) == ofCutoff
                    && home(masters, BLOCK + "user:" + subject) == ofBlock) {
                for (int j = 0; j < 200; j++) {
                    Token token = Token.fresh(subject);
                    if (home(masters, "token:blacklist:" + token.id()) == ofToken) {
                        return token;
                    }
                }
            }
        }
    }

    private static String address(List<RedisServer> masters, int ofBlock) throws Exception {
        int last = 1;
        while (home(masters, BLOCK + "ip:198.51.100." + last) != ofBlock) {
            last++;
        }
        return from("198.51.100." + last);
    }

    private static int home(List<RedisServer> masters, String key) throws Exception {
        long slot = (Long) masters.getLast().send("CLUSTER", "KEYSLOT", key);
        return (int) ((slot * 3 + 2) / 16_384);
    }
}
