package app.rcommerce.gateway.server.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.RawClient;
import app.rcommerce.gateway.server.testing.RawUpstream;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The records of relayed sockets, at two gateways on one Redis. */
@Tag("redis")
@Timeout(60)
@ExtendWith(Leaks.class)
@ParameterizedClass
@ValueSource(strings = {"hash", "json"})
class WebSocketRecordsIT {

    private static final String KEY = "aB3dEfGh.sEcReTkEy123456789abcdef1234567";
    private static final String OTHER_KEY = "xY9zWvUt.sEcReTkEy123456789abcdef1234567";
    private static final String ERP = "X-API-Key: " + KEY;
    private static final String OTHER = "X-API-Key: " + OTHER_KEY;

    private final String form;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private RedisServer redis;
    private RawUpstream upstream;
    private final List<TestGateway> gateways = new ArrayList<>();

    /** A client, and the id that it was told. */
    private record Told(SocketClient client, String id) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            client.close();
        }

        void sayGoodbye() throws IOException {
            client.send(Frames.frame(Frames.FIN | FrameWalker.CLOSE, true, new byte[] {3, (byte) 0xe8}));
            client.readMessage();
        }
    }

    WebSocketRecordsIT(String form) {
        this.form = form;
    }

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        upstream = new RawUpstream(x -> {
            heads.add(x.head());
            SocketServer.echo(x);
        });
        for (int i = 0; i < 2; i++) {
            gateways.add(TestGateway.start(
                    """
                    [cache]
                    cache_type = "Redis"
                    websocket_records = "%s"
                    [cache.redis]
                    port = %d
                    deadline = "2s"
                    command_timeout = "2s"
                    [[auth.api_keys]]
                    id = "erp"
                    sha256 = "%s"
                    [[auth.api_keys]]
                    id = "other"
                    sha256 = "%s"
                    """.formatted(form, redis.port(), Digests.sha256Hex(KEY), Digests.sha256Hex(OTHER_KEY))
                            + SocketServer.config(upstream.port(), 2, "")
                                    .replace("path = \"/**\"", "path = \"/**\"\nauth = \"optional\"")));
        }
        gateways.forEach(Shop::awaitStore);
    }

    @AfterEach
    void stop() throws Exception {
        gateways.forEach(TestGateway::close);
        upstream.close();
        redis.close();
    }

    private Told open(int gateway, String... fields) throws IOException {
        RawClient raw = new RawClient(gateways.get(gateway).port());
        raw.send(SocketClient.handshake("/ws", fields));
        RawClient.Answer answer = raw.read();
        assertThat(answer.status()).isEqualTo(101);
        String id = Objects.requireNonNull(answer.field("x-websocket-session"), "no id in " + answer);
        assertThat(id).matches("[0-9a-f]{32}");
        return new Told(new SocketClient(raw), id);
    }

    private Told back(int gateway, String id, String... fields) throws IOException {
        List<String> all = new ArrayList<>(List.of(fields));
        all.add("X-WebSocket-Session: " + id);
        return open(gateway, all.toArray(String[]::new));
    }

    private String key(String id) {
        return (form.equals("hash") ? "ws:session:" : "ws:session/") + id;
    }

    private String admin(int gateway, String path) throws Exception {
        return Shop.admin(gateways.get(gateway), "GET", path, "");
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(assertion);
    }

    private long ttl(String id) throws Exception {
        return (Long) redis.send("TTL", key(id));
    }

    /** All keys of sockets. */
    private List<?> keys() throws Exception {
        return (List<?>) redis.send("KEYS", "ws:session*");
    }

    @Test
    void aRecordStandsThereWhileItsSocketIsOpen() throws Exception {
        try (Told told = open(0, ERP)) {
            soon(() -> assertThat(ttl(told.id())).isBetween(3_590L, 3_600L));
            assertThat(admin(1, "sockets/" + told.id()))
                    .contains(
                            "\"session\":\"" + told.id() + "\"",
                            "\"user\":\"key:erp\"",
                            "\"address\":\"127.0.0.1\"",
                            "\"route\":\"live\"",
                            "\"node\":\"",
                            "\"connected_at\":\"2",
                            "\"last_activity\":\"2",
                            "\"subscriptions\":[]");
            soon(() -> assertThat(admin(1, "sockets?user=key:erp")).contains(told.id()));
            assertThat(admin(1, "sockets?address=127.0.0.1")).contains(told.id());
            assertThat(admin(1, "sockets")).contains(told.id());
            assertThat(admin(1, "sockets?user=user:ana")).doesNotContain(told.id());
            told.client().text("hello");
            told.client().readMessage();
            soon(() -> assertThat(admin(1, "sockets/" + told.id()))
                    .contains("\"messages_in\":1", "\"messages_out\":1", "\"bytes_out\":7"));
            assertThat(ttl(told.id())).isPositive();
            told.sayGoodbye();
        }
        soon(() -> assertThat(keys()).isEmpty());
    }

    @Test
    void theSameIdentityContinuesItsRecordAtAnotherNode() throws Exception {
        Told first = open(0, ERP);
        first.client().text("hello");
        first.client().readMessage();
        first.close();
        soon(() -> assertThat(admin(0, "sockets/" + first.id()))
                .contains("\"messages_in\":1")
                .doesNotContain("\"node\""));
        assertThat(ttl(first.id())).isPositive();
        try (Told second = back(1, first.id(), ERP)) {
            assertThat(second.id()).isEqualTo(first.id());
            soon(() -> assertThat(admin(0, "sockets/" + first.id())).contains("\"node\"", "\"messages_in\":1"));
            second.sayGoodbye();
        }
        soon(() -> assertThat(keys()).isEmpty());
        assertThat(heads)
                .hasSize(2)
                .allSatisfy(head ->
                        assertThat(head.toLowerCase(java.util.Locale.ROOT)).doesNotContain("x-websocket-session"));
    }

    @Test
    void nobodyElseContinuesARecordNorHearsOfIt() throws Exception {
        Told first = open(0, ERP);
        first.close();
        soon(() -> assertThat(admin(0, "sockets/" + first.id())).doesNotContain("\"node\""));
        try (Told other = back(1, first.id(), OTHER);
                Told anonymous = back(1, first.id());
                Told unknown = back(1, "0123456789abcdef0123456789abcdef", ERP);
                Told forged = back(1, "user:x/sessions", ERP)) {
            assertThat(List.of(other.id(), anonymous.id(), unknown.id(), forged.id()))
                    .doesNotContain(first.id())
                    .doesNotHaveDuplicates();
            assertThat(admin(0, "sockets/" + first.id())).contains("key:erp").doesNotContain("\"node\"");
        }
    }

    @Test
    void aRecordThatIsStillHeldIsTakenOverAndTheOtherSocketGetsOneOfItsOwn() throws Exception {
        Told first = open(0, ERP);
        soon(() -> assertThat(ttl(first.id())).isPositive());
        try (first;
                Told second = back(1, first.id(), ERP)) {
            assertThat(second.id()).isEqualTo(first.id());
            first.client().text("still here");
            assertThat(first.client().readMessage().text()).isEqualTo("still here");
            soon(() -> assertThat(admin(0, "sockets?user=key:erp").split("\"session\""))
                    .hasSize(3));
            assertThat(second.client().text("me too").readMessage().text()).isEqualTo("me too");
            second.sayGoodbye();
            first.sayGoodbye();
        }
        soon(() -> assertThat(keys()).isEmpty());
    }

    @Test
    void anOperatorClosesSocketsOfAnyNode() throws Exception {
        try (Told one = open(0, ERP);
                Told two = open(1, ERP);
                Told other = open(1, OTHER)) {
            soon(() -> assertThat(admin(0, "sockets").split("\"session\"")).hasSize(4));
            assertThat(Shop.admin(gateways.get(1), "POST", "sockets/close", "{\"session\":\"" + one.id() + "\"}"))
                    .contains("\"closing\":1");
            assertThat(one.client().readClose()).isEqualTo(1008);
            assertThat(two.client().text("open").readMessage().text()).isEqualTo("open");
            assertThat(Shop.admin(gateways.get(0), "POST", "sockets/close", "{\"user\":\"key:erp\"}"))
                    .contains("\"closing\":");
            assertThat(two.client().readClose()).isEqualTo(1008);
            assertThat(other.client().text("open").readMessage().text()).isEqualTo("open");
            assertThat(gateways.get(1).finished().toString()).doesNotContain(two.id());
            other.sayGoodbye();
        }
        soon(() -> assertThat(keys()).isEmpty());
    }

    @Test
    void whileRedisIsAwaySocketsStayAndThenTheirRecordsAreWrittenAgain() throws Exception {
        try (Told before = open(0, ERP)) {
            soon(() -> assertThat(ttl(before.id())).isPositive());
            redis.kill();
            assertThat(before.client().text("open").readMessage().text()).isEqualTo("open");
            soon(() -> assertThat(admin(0, "status")).doesNotContain("\"connected\""));
            try (Told during = back(0, before.id(), ERP)) {
                assertThat(during.id()).as("nobody can say whose it is").isNotEqualTo(before.id());
                redis.start();
                soon(() -> assertThat(ttl(before.id())).isPositive());
                soon(() -> assertThat(ttl(during.id())).isPositive());
                assertThat(admin(1, "sockets/" + before.id())).contains("\"messages_in\":1");
            }
        }
    }

    @Test
    void whatOthersMakeOfARecordHarmsNoSocket() throws Exception {
        try (Told told = open(0)) {
            soon(() -> assertThat(ttl(told.id())).isPositive());
            redis.send("DEL", key(told.id()));
            redis.send("LPUSH", key(told.id()), "garbage");
            told.client().text("open");
            assertThat(told.client().readMessage().text()).isEqualTo("open");
            soon(() -> assertThat(admin(1, "sockets/" + told.id())).contains("\"messages_in\":1"));
            assertThat(ttl(told.id())).isPositive();
            told.sayGoodbye();
        }
        soon(() -> assertThat(keys()).isEmpty());
    }

    @Test
    void everyKeyOfASocketHasAnEnd() throws Exception {
        try (Told lost = open(0, ERP);
                Told open = open(1)) {
            lost.close();
            soon(() -> assertThat(admin(0, "sockets/" + lost.id())).doesNotContain("\"node\""));
            soon(() -> assertThat(ttl(open.id())).isPositive());
            soon(() -> assertThat(keys()).hasSize(form.equals("hash") ? 2 : 4));
            for (Object key : keys()) {
                assertThat((Long) redis.send("TTL", key)).as("%s", key).isBetween(1L, 3_600L);
            }
        }
    }
}
