package app.rcommerce.gateway.server.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.CacheConfig.KeyTemplates;
import app.rcommerce.gateway.config.CacheConfig.Sentinel;
import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.idempotency.Claim;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.count.LeaseRequest;
import app.rcommerce.gateway.limit.count.Unused;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.server.backend.Backend.State;
import app.rcommerce.gateway.server.redis.store.RedisStores;
import app.rcommerce.gateway.server.redis.store.Unreadable;
import app.rcommerce.gateway.session.SessionRecord;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.SessionStore;
import app.rcommerce.gateway.store.Stores;
import app.rcommerce.gateway.store.socket.SocketStore;
import app.rcommerce.gateway.store.topic.HeardMessages;
import app.rcommerce.gateway.store.topic.PresenceStore;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.topic.History;
import app.rcommerce.gateway.topic.TopicFeed;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, passwords, databases, TLS and sentinels. */
@Tag("redis")
class RedisAccessIT {

    private static final Duration SOON = Duration.ofSeconds(3);

    private static TestRedis.Builder config(RedisServer server) {
        return TestRedis.config(server.port()).deadline(ObservedBackend.DEADLINE);
    }

    @Test
    void theRightPasswordIsLetIn() throws Exception {
        try (RedisServer server = RedisServers.own("--requirepass", "correct horse")) {
            server.start();
            try (ObservedBackend observed =
                    new ObservedBackend(config(server).user("", "correct horse").build())) {
                observed.awaitWorking("u", SOON);
                observed.awaitState(State.CONNECTED);
            }
        }
    }

    @Test
    void aWrongPasswordOrNoneIsToldAsSuch() throws Exception {
        try (RedisServer server = RedisServers.own("--requirepass", "correct horse")) {
            server.start();
            for (TestRedis.Builder config :
                    List.of(config(server), config(server).user("", "battery staple"))) {
                try (ObservedBackend observed = new ObservedBackend(config.build())) {
                    observed.awaitState(State.FAILED);
                    assertThat(observed.works("u")).isFalse();
                    assertThat(observed.backend().detail()).isEqualTo("refuses the user, the password or the database");
                    await().untilAsserted(() -> assertThat(observed.states()).containsExactly(State.FAILED));
                }
            }
        }
    }

    @Test
    void aPasswordWhereNoneIsAskedForIsToldAsSuch() throws Exception {
        try (ObservedBackend observed = new ObservedBackend(
                config(RedisServers.single()).user("nobody", "x").build())) {
            observed.awaitState(State.FAILED);
        }
    }

    /** The commands that a script calls too: before Redis 7 their errors are wrapped, and have no code. */
    @ParameterizedTest
    @ValueSource(strings = {"-evalsha -eval", "-hmget", "-hset -hmset"})
    void aUserIsLetInAndWhatHeMayNotDoIsTold(String denied) throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            List<Object> user = new ArrayList<>(List.of("ACL", "SETUSER", "gateway", "on", ">secret", "~*", "+@all"));
            user.addAll(List.of(denied.split(" ")));
            server.send(user.toArray());
            try (ObservedBackend observed =
                    new ObservedBackend(config(server).user("gateway", "secret").build())) {
                observed.awaitState(State.CONNECTED);
                assertThat(observed.works("u")).isFalse();
                observed.awaitState(State.FAILED);
                for (int i = 0; i < 50; i++) {
                    assertThat(observed.works("u")).isFalse();
                }
                assertThat(observed.backend().detail()).isEqualTo("refuses a command or key to the user");
                server.send("ACL", "SETUSER", "gateway", "+@all");
                observed.awaitWorking("u", SOON);
                observed.awaitState(State.CONNECTED);
                assertThat(observed.states()).containsExactly(State.CONNECTED, State.FAILED, State.CONNECTED);
            }
        }
    }

    /**
     * The sample for operators names every command and key that is used: what it leaves out would be told as denied.
     */
    private static void withSockets(SocketStore sockets, Identifier user) throws Exception {
        SocketRecord record = new SocketRecord(
                "0123456789abcdef",
                "a",
                user,
                "203.0.113.9",
                "live",
                "web-1/42",
                1,
                2,
                List.of(),
                SocketRecord.Passed.NOTHING);
        done(sockets.save(record, SOON));
        assertThat(sockets.touch(List.of(record), SOON).toCompletableFuture().get())
                .containsExactly(SocketStore.Outcome.WRITTEN);
        done(sockets.find(record.id()));
        assertThat(sockets.byUser(user, 10).toCompletableFuture().get()).hasSize(1);
        assertThat(sockets.byAddress("203.0.113.9", 10).toCompletableFuture().get())
                .hasSize(1);
        done(sockets.release(record, SOON));
        done(sockets.remove(record));
        done(sockets.byUser(user, 10));
    }

    private static void withSessions(SessionStore sessions, Identifier user) throws Exception {
        SessionId id = new SessionId("0123456789abcdef");
        done(sessions.save(id, SessionRecord.write("ana", List.of(), 1), SOON));
        done(sessions.touch(id, SOON));
        assertThat(sessions.find(id).toCompletableFuture().get()).isNotNull();
        assertThat(sessions.list(user, 10).toCompletableFuture().get()).hasSize(1);
        done(sessions.end(user, null));
        done(sessions.end(id));
    }

    private static void withTopics(Stores stores) throws Exception {
        for (TopicFeed feed : List.of(
                new TopicFeed("order_updates", "order_updates", History.DEFAULT, false),
                new TopicFeed("news", "ws:topic:news", History.DEFAULT, true),
                new TopicFeed("live", "ws:topic:live", History.NONE, false))) {
            HeardMessages heard = new HeardMessages();
            stores.topics().listen(feed, heard);
            await().until(heard::hears);
            done(stores.topics().publish(feed, "{}"));
            await().until(() -> heard.messages().size() == 1);
            done(stores.topics().replay(feed, null));
        }
        done(stores.entryTickets().put("0".repeat(64), "1".repeat(64), "x", SOON));
        done(stores.entryTickets().take("0".repeat(64)));
        done(stores.presence().tell("news", "node", new PresenceStore.Presence(List.of("user:ana"), 1), SOON));
        done(stores.presence().find("news"));
        Claim claim = new Claim("0".repeat(64), "request", "holder");
        done(stores.idempotency().begin(claim, SOON));
        done(stores.idempotency().release(claim));
        done(stores.idempotency().finish(claim, new Reply(204, List.of(), new byte[0]), SOON));
        done(stores.idempotency().begin(claim, SOON));
    }

    /** Keys of the records of WebSockets as the platform's code of today has them. */
    private static KeyTemplates inJson() {
        KeyTemplates usual = KeyTemplates.DEFAULTS;
        return new KeyTemplates(
                usual.rateLimit(),
                usual.fixedWindow(),
                usual.concurrency(),
                usual.blockList(),
                usual.blockRanges(),
                usual.tokenBlacklist(),
                usual.subjectCutoff(),
                usual.apiCache(),
                usual.purges(),
                usual.nodes(),
                usual.session(),
                KeyTemplates.WEBSOCKET_SESSION_TODAY,
                usual.ticketKeys(),
                usual.topicHistory(),
                usual.topicState(),
                usual.topics(),
                usual.entryTickets(),
                usual.presence(),
                usual.jobQueue(),
                usual.idempotency(),
                usual.events());
    }

    @Test
    void theSampleOfAUserMayDoAllThatIsDone() throws Exception {
        Path sample =
                Path.of("..", "config", "redis", "users.acl").toAbsolutePath().normalize();
        try (RedisServer server = RedisServers.own("--aclfile", sample.toString())) {
            server.start();
            try (ObservedBackend observed = new ObservedBackend(
                    config(server).user("gateway", "change-me").build())) {
                observed.awaitWorking("u", SOON);
                observed.awaitState(State.CONNECTED);
                await().until(() -> observed.backend().isTracking());
                Stores stores = observed.backend().stores();
                Identifier ana = Identifier.user("ana");
                for (Subject subject : List.of(new Subject.One(ana), Subject.parse("ip:10.0.0.0/8"))) {
                    done(stores.blocks().block(subject, SOON, ""));
                    done(stores.blocks().ban(subject, SOON, ""));
                    done(stores.blocks().unblock(subject));
                }
                done(stores.blocks().block(new Subject.One(ana), SOON, ""));
                done(stores.blocks().find(ana));
                done(stores.blocks().list(10));
                done(stores.revocations().revoke("t", SOON, ""));
                done(stores.revocations().revokeBefore(ana, 1, SOON));
                done(stores.revocations().isRevoked("t"));
                done(stores.revocations().cutoff(ana));
                done(stores.revocations().restore("t"));
                done(stores.replies().put(new CacheKey("0".repeat(CacheKey.LENGTH)), new byte[100], SOON));
                done(stores.replies().get(new CacheKey("0".repeat(CacheKey.LENGTH))));
                done(stores.replies().purge(PathPattern.parse("/x")));
                done(stores.slots().enter(ana, "b", 1));
                done(stores.slots().inFlight(ana, "b"));
                List<Meter> meters = List.of(new Meter("w", "w:60000", 5, 60_000, true));
                done(stores.windows().lease(ana, meters, LeaseRequest.exactly(1)));
                done(stores.windows().giveBack(ana, meters, new Unused(1, System.currentTimeMillis(), List.of())));
                done(stores.windows().reset(ana));
                done(stores.limits().reset(Identifier.user("u")));
                withSockets(stores.sockets(), ana);
                withSockets(
                        new RedisStores(
                                        observed.backend().link(),
                                        observed.backend().dispatcher(),
                                        inJson(),
                                        CacheConfig.SocketRecords.JSON,
                                        Clock.system(),
                                        new Unreadable(kind -> {}))
                                .with(stores.slots(), stores.topics(), SOON, false)
                                .sockets(),
                        ana);
                withSessions(stores.sessions(), ana);
                withTopics(stores);
                done(observed.backend().nodeChannel().publish("test", ""));
                await().until(() -> observed.backend().memoryUsed() > 0);
                assertThat(observed.outcomes("error") + observed.outcomes("failed"))
                        .as(observed.toString())
                        .isZero();
                assertThat(observed.states()).containsExactly(State.CONNECTED);
            }
        }
    }

    private static void done(CompletionStage<?> stage) throws Exception {
        stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void theDatabaseIsTheOneConfigured() throws Exception {
        try (RedisServer server = RedisServers.own()) {
            server.start();
            try (ObservedBackend observed =
                    new ObservedBackend(config(server).database(3).build())) {
                observed.awaitWorking("u", SOON);
                assertThat((String) server.send("INFO", "keyspace"))
                        .contains("db3:")
                        .doesNotContain("db0:");
            }
            try (ObservedBackend observed =
                    new ObservedBackend(config(server).database(99).build())) {
                observed.awaitState(State.FAILED);
            }
        }
    }

    @Test
    void theMasterIsFoundBySentinels() throws Exception {
        try (RedisServer master = RedisServers.own()) {
            master.start();
            try (RedisServer sentinel = RedisServers.sentinel("mymaster", master)) {
                sentinel.start();
                Sentinel names = new Sentinel(List.of("redis://127.0.0.1:" + sentinel.port()), "mymaster", "", null);
                try (ObservedBackend observed = new ObservedBackend(TestRedis.config(0)
                        .deadline(ObservedBackend.DEADLINE)
                        .sentinel(names)
                        .build())) {
                    observed.awaitWorking("u", SOON);
                    observed.awaitState(State.CONNECTED);
                    assertThat((Long) master.send("DBSIZE")).isPositive();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "requirepass sesame, ''",
        "user gateway on >sesame allkeys allchannels allcommands;user default off, gateway"
    })
    void sentinelsMayAskForAPasswordOfTheirOwn(String lines, String username) throws Exception {
        try (RedisServer master = RedisServers.own("--requirepass", "correct horse")) {
            master.start();
            String more = "sentinel auth-pass mymaster \"correct horse\"\n" + lines.replace(';', '\n') + "\n";
            try (RedisServer sentinel = RedisServers.sentinel("mymaster", master, Duration.ofSeconds(30), more)) {
                assertThat(sentinel.start()).isTrue();
                List<String> nodes = List.of("redis://127.0.0.1:" + sentinel.port());
                TestRedis.Builder config =
                        TestRedis.config(0).deadline(ObservedBackend.DEADLINE).user("", "correct horse");
                Sentinel right = new Sentinel(nodes, "mymaster", username, new Secret("sesame"));
                try (ObservedBackend observed =
                        new ObservedBackend(config.sentinel(right).build())) {
                    observed.awaitWorking("u", SOON);
                    observed.awaitState(State.CONNECTED);
                }
                Sentinel wrong = new Sentinel(nodes, "mymaster", username, new Secret("open"));
                try (ObservedBackend observed =
                        new ObservedBackend(config.sentinel(wrong).build())) {
                    observed.awaitState(State.FAILED);
                    assertThat(observed.backend().detail()).isEqualTo("refuses the user, the password or the database");
                }
            }
        }
    }

    @Test
    void connectionsAreEncryptedAndTheCertificateIsChecked() throws Exception {
        Path store = Files.createTempDirectory("tls").resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=ip:127.0.0.1,dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        try (RedisServer server = RedisServers.tls(dir -> writePem(store, dir))) {
            Assumptions.assumeTrue(server.start(), "this redis-server knows no TLS");
            try (ObservedBackend observed =
                    new ObservedBackend(config(server).tls().build())) {
                observed.awaitState(State.FAILED);
                assertThat(observed.backend().detail()).isEqualTo("TLS handshake failed");
            }
            System.setProperty("javax.net.ssl.trustStore", store.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
            try (ObservedBackend observed =
                    new ObservedBackend(config(server).tls().build())) {
                observed.awaitWorking("u", SOON);
                observed.awaitState(State.CONNECTED);
            } finally {
                System.clearProperty("javax.net.ssl.trustStore");
                System.clearProperty("javax.net.ssl.trustStorePassword");
            }
        }
    }

    private static void writePem(Path store, Path directory) throws Exception {
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        pem(
                directory.resolve("cert.pem"),
                "CERTIFICATE",
                keys.getCertificate("redis").getEncoded());
        pem(
                directory.resolve("key.pem"),
                "PRIVATE KEY",
                keys.getKey("redis", "changeit".toCharArray()).getEncoded());
    }

    private static void pem(Path file, String kind, byte[] der) throws Exception {
        try (OutputStream out = new FileOutputStream(file.toFile())) {
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
            out.write(("-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n").getBytes());
        }
    }
}
